// A gate of nobody, for whoever wants to see the pages before there is a gate: a real configuration, the example's, with all three ways on
// both sides as in the month that is played (sample-month.ts). Called by the command line's --sample.

import { resolve } from 'node:path'
import { loadConfig } from '../../config/load.ts'
import type { Config } from '../../config/settings.ts'
import type { Language, Result } from '../../config/words.ts'
import { modelIdOf, packNamed } from '../../models/packs.ts'
import { basisOf, compareBasis } from './assessed.ts'
import type { ImpactStanding } from './impact.ts'
import { samplePrivacy } from './sample-privacy.ts'

const EXAMPLE = resolve(import.meta.dirname, '../../config/pi.example.yaml')

/** More than the played month holds: nobody is enrolled beyond it. */
const PLANNED = 200

const operators = {
  en: { name: 'Sample Property Services', contact: 'office, 400-000-0000', maintainer: 'Sample Gate Service' },
  'zh-CN': { name: '示范物业公司', contact: '物业服务中心，电话 400-000-0000', maintainer: '示范门禁维护公司' },
} as const satisfies Readonly<Record<Language, Config['operator']>>

export const loadSampleGate = (language: Language): Result<Config, string> => {
  const loaded = loadConfig(EXAMPLE)
  if (!loaded.ok) return { ok: false, code: 'config_refused', detail: EXAMPLE }
  const { sides, face } = loaded.value
  const { entry } = sides
  return {
    ok: true,
    value: {
      ...loaded.value,
      operator: operators[language],
      sides: { entry, exit: entry },
      face: { ...face, plannedFaces: PLANNED },
    },
  }
}

const SIGNED_AT = Date.UTC(2026, 2, 2, 1, 30)
const CHANGED_AT = Date.UTC(2026, 2, 19, 2, 15)
const HOUR_MS = 3_600_000
const MODEL = modelIdOf(packNamed('recommended'))
const office = { role: 'office', caller: 'uid:1001' }

/** One part is written, one was withdrawn, three never were; and since it was signed the gate keeps passages for less long. */
export const sampleImpact = (config: Config, language: Language): ImpactStanding => {
  const { face, residents } = samplePrivacy.held
  const en = language === 'en'
  const texts: ImpactStanding['texts'] = [
    {
      part: 'necessity',
      author: en ? 'Wang Li, head of the office' : '王莉，物业主任',
      body: en
        ? 'Ninety-four residents, mostly parents with small children and people who use a walking frame, asked for a way in without hands (survey of February 2026). A wider door and an automatic opener were tried first: they did not help those who could not reach the reader.\n\nWe do not need it for anybody else, and offer it to nobody who has not asked.'
        : '九十四名住户（多为带幼儿的家长和使用助行器的老人）要求无需用手的通行方式（2026 年 2 月调查）。此前试过加宽门扇和自动开门器，对够不到读卡器的人没有帮助。\n\n对其他人并无必要；未主动要求者，我们不提供。',
      ...{ operator: config.operator.name, at: SIGNED_AT - 3 * HOUR_MS, by: office, proven: true },
    },
    {
      ...{ part: 'risks', author: en ? 'Wang Li' : '王莉', operator: config.operator.name, body: '' },
      ...{ at: SIGNED_AT - HOUR_MS, by: office, proven: true },
    },
  ]
  const gate = { model: MODEL, faces: face, texts }
  const then = { ...config, retention: { ...config.retention, namedEventsDays: config.retention.namedEventsDays + 30 } }
  const changes = compareBasis(basisOf(then, gate), basisOf(config, gate))
  return {
    signed: { at: SIGNED_AT, by: office, changes, since: CHANGED_AT },
    ...{ texts, residents, faces: face, model: MODEL, sample: true },
  }
}
