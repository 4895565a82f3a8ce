// How a scene and the summary read as lines of text. Pure. Used by the plain and the live screen.

import { pad } from '../text.ts'
import { type Played, shownPaths } from './scene.ts'
import type { Summary } from './summary.ts'
import type { Wording } from './wording.ts'

export const writePlayed = (played: Played, { say, scene, path, outcome, reason }: Wording): string => {
  const mark = played.asIntended ? ' ' : '!'
  const sign = { grant: '✔', deny: '✘', refused: '⊘' }[played.outcome]
  return [
    `${mark}${sign}`,
    pad(scene(played.scene), 26),
    pad(path(played.path), 7),
    pad(played.who, 17),
    pad(outcome(played.outcome), 8),
    `${played.ms.toFixed(1).padStart(8)} ms `,
    reason(played.reason),
    played.isSyntheticView ? `[${say('syntheticView')}]` : '',
  ]
    .join(' ')
    .trimEnd()
}

export const writeSummary = (summary: Summary, { say, path }: Wording): string[] => {
  const row = (cells: readonly string[]) => `  ${cells.map((cell, n) => pad(cell, n === 0 ? 10 : 9)).join(' ')}`
  const ms = (value: number | null) => (value === null ? '–' : `${value.toFixed(1)} ms`)
  const rows = shownPaths
    .filter((each) => summary[each].count > 0)
    .map((each) => {
      const { count, grants, median_ms, p95_ms } = summary[each]
      return row([path(each), String(count), String(grants), ms(median_ms), ms(p95_ms)])
    })
  return [
    '',
    row(['', say('count'), say('grants'), say('median'), say('p95')]),
    ...rows,
    '',
    `  ${say('recorded')}: ${summary.recorded_grants}/${summary.grants} · ${say('chain')}: ${say(summary.chain)} (${summary.events} ${say('events')}) · ${say('seed')} ${summary.seed}`,
    `  ${summary.as_intended ? say('good') : say('bad')}`,
  ]
}
