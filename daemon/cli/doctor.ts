// `doctor`: looks at the real parts one by one and says what to do. Opens no store, needs no running gate, stores nothing, and works
// before any resident exists. Called by main.

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fitReader } from '../../config/reader-name.ts'
import type { CardReader, Config, FaceDevice, Keypad } from '../../config/settings.ts'
import { renderProblem } from '../../config/wording.ts'
import { type Language, sides, systemClock } from '../../config/words.ts'
import { pcscdSocket } from '../../drivers/card/pcscd.ts'
import { findPack, modelIdOf } from '../../models/packs.ts'
import { isClockTrusted } from '../clock.ts'
import { readClockDrift } from '../clock-drift.ts'
import { planBasis } from '../risk-check.ts'
import { runtimeFolderOf } from '../runtime-folder.ts'
import { keyNames } from '../store/keys.ts'
import { wordCode, wordFailure } from '../wording.ts'
import { openContext, pick } from './context.ts'
import { judgeConfig } from './judge.ts'
import type { CommandLine } from './parse.ts'
import { probeBroker } from './probe-broker.ts'
import { listReaders } from './probe-readers.ts'
import {
  findMissingPackages,
  freeMegabytes,
  isCardLibraryBuilt,
  probeCamera,
  probeSerial,
  runQuietly,
  statOf,
} from './probes.ts'
import { showBasis } from './show-basis.ts'

const NODE_LEAST = 24
const DISK_LEAST_MEGABYTES = 200

export type Finding = { readonly part: string; readonly ok: boolean; readonly text: string }

type Say = (en: string, zh: string) => string
type Examine = (say: Say) => Promise<readonly Finding[]>

const found = (part: string, ok: boolean, text: string): Finding => ({ part, ok, text })

const examineProgram: Examine = async (say) => {
  const major = Number(process.versions.node.split('.')[0])
  const missing = await findMissingPackages()
  return [
    major >= NODE_LEAST
      ? found('node', true, process.versions.node)
      : found(
          'node',
          false,
          say(
            `${process.versions.node}: run through npm, which brings Node 24`,
            `${process.versions.node}：请通过 npm 运行，npm 自带 Node 24`,
          ),
        ),
    missing.length === 0
      ? found('packages', true, say('all there', '齐全'))
      : found(
          'packages',
          false,
          say(`missing: ${missing.join(', ')}; run npm ci`, `缺少：${missing.join('、')}；请运行 npm ci`),
        ),
  ]
}

const examineCard = async (reader: CardReader, say: Say): Promise<Finding> => {
  if (reader.driver === 'simulated') return found(reader.id, true, say('simulated', '模拟'))
  if (reader.driver === 'serial') return examineSerial(reader, say)
  const names = await listReaders(pcscdSocket(process.env))
  if (!names) {
    const remedy = 'apt-get install pcscd; systemctl start pcscd'
    return found(reader.id, false, say(`pcscd does not answer: ${remedy}`, `pcscd 无应答：${remedy}`))
  }
  if (!isCardLibraryBuilt())
    return found(reader.id, false, say(wordCode('driver_missing', 'en'), wordCode('driver_missing', 'zh-CN')))
  const exact = names.filter((name) => fitReader(reader.reader, name) === 'exact')
  const fitting = exact.length > 0 ? exact : names.filter((name) => fitReader(reader.reader, name) !== undefined)
  if (fitting.length === 1) return found(reader.id, true, fitting.join())
  const there = names.join(' | ')
  if (fitting.length > 1)
    return found(
      reader.id,
      false,
      say(`several readers fit: ${there}; write more of the name`, `多台读卡器符合：${there}；请写得更具体`),
    )
  return names.length === 0
    ? found(reader.id, false, say('no reader is plugged in', '没有接入读卡器'))
    : found(reader.id, false, say(`no reader of this name; there is: ${there}`, `没有此名称的读卡器；现有：${there}`))
}

type OnPath = { readonly id: string; readonly device: string }

const examinePath = async ({ id, device }: OnPath, folder: string, group: string, say: Say): Promise<Finding> => {
  const texts = {
    good: device,
    absent: say(
      `${device} is not there: plug it in, or look in ${folder}`,
      `${device} 不存在：请接入，或查看 ${folder}`,
    ),
    no_device: say(`${device} is no such device`, `${device} 不是此类设备`),
    forbidden: say(
      `${device} may not be opened: add the user to the group ${group}`,
      `无权打开 ${device}：请将用户加入 ${group} 组`,
    ),
  }
  const state = await probeSerial(device)
  return found(id, state === 'good', texts[state])
}
const examineSerial = (one: OnPath, say: Say) => examinePath(one, '/dev/serial/by-id/', 'dialout', say)

const examineKeypad = async (keypad: Keypad, say: Say): Promise<Finding> => {
  if (keypad.driver === 'simulated') return found(keypad.id, true, say('simulated', '模拟'))
  return keypad.driver === 'serial'
    ? examineSerial(keypad, say)
    : examinePath(keypad, '/dev/input/by-id/', 'input', say)
}

const examineCamera = async (camera: FaceDevice, say: Say): Promise<Finding> => {
  if (camera.driver === 'folder') return found(camera.id, true, say('simulated', '模拟'))
  if ((await runQuietly('ffmpeg', ['-version'])) === 'absent')
    return found(
      camera.id,
      false,
      say('ffmpeg is missing: apt-get install ffmpeg', '缺少 ffmpeg：apt-get install ffmpeg'),
    )
  const seen = await probeCamera(camera)
  return seen === 'good'
    ? found(camera.id, true, say('gives pictures', '有画面'))
    : found(
        camera.id,
        false,
        say(
          'gives no picture: is it plugged in, and not used by the running gate?',
          '没有画面：是否已接入，且未被运行中的门禁占用？',
        ),
      )
}

const examineDoor = async ({ door }: Config, say: Say): Promise<Finding> => {
  if (door.driver === 'simulated') return found('door', true, say('simulated', '模拟'))
  const chips = (await readdir('/dev')).filter((name) => name.startsWith('gpiochip'))
  return chips.length > 0
    ? found('door', true, chips.join(', '))
    : found(
        'door',
        false,
        say('no GPIO chip in /dev: is this a Raspberry Pi?', '/dev 中没有 GPIO 芯片：这是树莓派吗？'),
      )
}

const examineDevices = async (config: Config, say: Say): Promise<readonly Finding[]> => {
  const devices = sides.flatMap((side) => {
    const { card = [], keypad = [], face = [] } = config.sides[side] ?? {}
    return [
      ...card.map((one) => () => examineCard(one, say)),
      ...keypad.map((one) => () => examineKeypad(one, say)),
      ...face.map((one) => () => examineCamera(one, say)),
    ]
  })
  const findings: Finding[] = [await examineDoor(config, say)]
  // One after the other: two probes of one camera would disturb each other.
  for (const examine of devices) findings.push(await examine())
  return findings
}

const examineModels = async (
  { face, sides: mounted }: Config,
  language: Language,
  say: Say,
): Promise<readonly Finding[]> => {
  if (!sides.some((side) => mounted[side]?.face)) return []
  if (face.modelsDirectory === undefined) return [found('models', false, wordCode('models_folder_unset', language))]
  const pack = await findPack(face.pack, face.modelsDirectory)
  if (!pack.ok) return [found('models', false, `${wordCode(pack.code, language)} (${pack.detail ?? pack.code})`)]
  const assists = pack.value.pack.assistsOnly
    ? say(' (assist only: opens no real door)', '（仅辅助：不能开真实的门）')
    : ''
  const planned = pack.value.pack.assistsOnly
    ? []
    : [found('faces', true, showBasis(planBasis(pack.value.pack, face), language))]
  return [found('models', true, `${modelIdOf(pack.value.pack)}${assists}`), ...planned]
}

const examineKeys = async ({ store }: Config, say: Say): Promise<Finding> => {
  const states = await Promise.all(
    keyNames.map(async (name) => [name, await statOf(join(store.keysDirectory, name))] as const),
  )
  const present = states.filter(([, state]) => state !== undefined)
  const open = present.filter(([, state]) => ((state?.mode ?? 0) & 0o077) !== 0).map(([name]) => name)
  if (open.length > 0)
    return found(
      'keys',
      false,
      say(`others can read ${open.join(', ')}: chmod 600`, `他人可读 ${open.join('、')}：请 chmod 600`),
    )
  const none = say('none yet; made at the first start', '尚无；首次启动时生成')
  if (present.length === 0) return found('keys', true, none)
  return present.length === keyNames.length
    ? found('keys', true, say('three, 0600', '三个，0600'))
    : found('keys', false, say('some are missing: put them back', '缺少部分密钥：请放回'))
}

const examineBroker = async ({ gate, mqtt }: Config, language: Language, say: Say): Promise<readonly Finding[]> => {
  if (!mqtt) return []
  const answer = await probeBroker(gate, mqtt)
  if (answer.ok) return [found('broker', true, say('takes events', '接收事件'))]
  return [found('broker', false, wordFailure(answer.code, answer.detail, language))]
}

/** GB/T 37078 and EN 60839-11-1 ask how wrong the clock runs. */
const spellDrift = async (say: Say): Promise<string> => {
  const drift = await readClockDrift()
  if (!drift) return ''
  const rate = drift.secondsADay.toFixed(2)
  const within =
    drift.withinMs === undefined
      ? ''
      : say(`, right within ${drift.withinMs.toFixed(0)} ms`, `，误差不超过 ${drift.withinMs.toFixed(0)} ms`)
  return say(`; corrected by ${rate} s a day${within}`, `；每日校正 ${rate} 秒${within}`)
}

const examinePlace = async (config: Config, say: Say): Promise<readonly Finding[]> => {
  const { store, clock } = config
  const free = await freeMegabytes(store.directory)
  const trusted = isClockTrusted(clock.trust, systemClock.wall(), systemClock.wall())
  const folder = runtimeFolderOf(config)
  const runtime = await statOf(folder)
  const ours = !runtime || (runtime.isDirectory() && runtime.uid === process.getuid?.() && (runtime.mode & 0o022) === 0)
  return [
    await examineKeys(config, say),
    found(
      'disk',
      free >= DISK_LEAST_MEGABYTES,
      say(
        `${free} MB free${free < DISK_LEAST_MEGABYTES ? ': make room' : ''}`,
        `剩余 ${free} MB${free < DISK_LEAST_MEGABYTES ? '：请清理空间' : ''}`,
      ),
    ),
    trusted
      ? found(
          'clock',
          true,
          `${clock.trust === 'always' ? say('trusted by the configuration', '按配置信任') : say('synchronized', '已同步')}${await spellDrift(say)}`,
        )
      : found(
          'clock',
          false,
          say(
            'not synchronized: systemctl start systemd-timesyncd; until then dated rights wait',
            '未同步：systemctl start systemd-timesyncd；此前按日期的权限不生效',
          ),
        ),
    ours
      ? found('runtime', true, folder)
      : found(
          'runtime',
          false,
          say(`${folder} belongs to somebody else or others may write to it`, `${folder} 属于他人或他人可写`),
        ),
  ]
}

export const examineGate = async (line: CommandLine): Promise<number> => {
  if (line.args['watch'] === true) return (await import('./doctor-watch.ts')).watchGate(line)
  const { common } = line
  const { configFile, language, json } = openContext(common)
  const say: Say = (en, zh) => pick(language, en, zh)
  const { config, problems } = await judgeConfig(configFile)
  const judged = problems.map((one) => found('config', one.severity !== 'error', renderProblem(one, language)))
  const findings = [...(await examineProgram(say)), ...judged]
  if (config) {
    findings.push(found('config', true, configFile))
    findings.push(...(await examineDevices(config, say)))
    findings.push(...(await examineModels(config, language, say)), ...(await examinePlace(config, say)))
    findings.push(...(await examineBroker(config, language, say)))
  }
  const width = Math.max(...findings.map(({ part }) => part.length))
  const lines = findings.map(({ part, ok, text }) => `${ok ? '●' : '✗'} ${part.padEnd(width)}  ${text}`)
  process.stdout.write(`${json ? JSON.stringify(findings) : lines.join('\n')}\n`)
  return findings.every(({ ok }) => ok) ? 0 : 1
}
