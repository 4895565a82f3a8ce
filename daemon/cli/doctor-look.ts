// What `doctor --watch` shows: the parts as they are now, in words for a technician or as one object for a script. Pure; shows what it
// is given: of a keypad the last key, of a card its kind. Called by doctor-watch.ts.

import type { Config, FaceDevice } from '../../config/settings.ts'
import { type Language, type MonotonicMs, type Path, paths, type Side, sides, type WallMs } from '../../config/words.ts'
import type { DeviceState } from '../../drivers/protocol.ts'
import { pad } from '../text.ts'
import { wordCode } from '../wording.ts'
import { pick } from './context.ts'
import type { CardSight, DoorSight, KeySight, PictureSight, Sights } from './doctor-sights.ts'
import { showInstant } from './show-event.ts'
import { wordPlace } from './show-status.ts'

export type Look = {
  readonly wall: WallMs
  readonly at: MonotonicMs
  readonly config: Config
  readonly sights: Sights
  readonly devices: readonly DeviceState[]
  readonly isDoorUp: boolean
  readonly isClockTrusted: boolean
  readonly broker: { readonly state: 'up' | 'down' | 'unknown'; readonly because?: string } | undefined
  /** What became of the last line that was typed. */
  readonly asked: 'pulsed' | 'door_absent' | 'not_the_name' | undefined
}

/** Shares of full light between which a camera sees faces. */
const DARK = 0.15
const BRIGHT = 0.85

type Say = (en: string, zh: string) => string
type Ago = (at: MonotonicMs) => string
type Show = { readonly say: Say; readonly ago: Ago; readonly language: Language }

const stateOf = ({ devices }: Look, device: string): Pick<DeviceState, 'state' | 'because'> =>
  devices.find((one) => one.device === device) ?? { state: 'down', because: 'part_absent' }

const showState = ({ state, because }: Pick<DeviceState, 'state' | 'because'>, language: Language): string =>
  state === 'up' ? '' : `${wordPlace('down', language)}: ${wordCode(because ?? 'part_absent', language)}`

const showKey = (seen: KeySight | undefined, { say, ago }: Show): string => {
  if (!seen) return say('press a key', '请按键')
  const key = seen.key === 'noise' ? say('noise', '杂码') : seen.key
  return say(`last key ${key}, ${seen.keys} in all${ago(seen.at)}`, `末键 ${key}，共 ${seen.keys} 次${ago(seen.at)}`)
}

const showCard = (seen: CardSight | undefined, { say, ago, language }: Show): string => {
  if (!seen) return say('tap a card', '请刷卡')
  if (seen.kind === 'unreadable')
    return `${say('unreadable', '无法读取')}: ${wordCode(seen.because, language)}${ago(seen.at)}`
  const kinds = { iso14443_3: 'ISO 14443-3', iso14443_4: 'ISO 14443-4', number: say('number only', '仅卡号') }
  const kind = kinds[seen.kind]
  const number = seen.random
    ? say('RANDOM identifier, cannot be enrolled', '随机卡号，不能登记')
    : say('fixed identifier', '固定卡号')
  return `${kind}, ${number}${ago(seen.at)}`
}

const showFace = ({ faces, facePixels }: PictureSight, wanted: number, { say }: Show): string => {
  if (faces === undefined) return say('no face model', '无人脸模型')
  if (facePixels === undefined) return say('no face', '无人脸')
  const size = say(`face ${facePixels} px`, `人脸 ${facePixels} 像素`)
  return facePixels < wanted ? say(`${size}, needs ${wanted}`, `${size}，需 ${wanted}`) : size
}

const showPicture = (seen: PictureSight | undefined, wanted: number, show: Show): string => {
  const { say } = show
  if (!seen) return say('no picture yet', '尚无画面')
  const { brightness } = seen
  const share = `${Math.round(brightness * 100)} %`
  const judged = brightness < DARK ? say(' TOO DARK', ' 太暗') : brightness > BRIGHT ? say(' TOO BRIGHT', ' 太亮') : ''
  return `${say(`light ${share}`, `亮度 ${share}`)}${judged}${say(', ', '，')}${showFace(seen, wanted, show)}`
}

const wantedPixels = ({ sides: mounted }: Config, device: string): number =>
  sides.flatMap((side): readonly FaceDevice[] => mounted[side]?.face ?? []).find(({ id }) => id === device)?.zone
    .minFacePixels ?? 0

const showSeen = (look: Look, path: Path, device: string, show: Show): string => {
  const { keys, cards, pictures } = look.sights
  if (path === 'keypad') return showKey(keys.get(device), show)
  if (path === 'card') return showCard(cards.get(device), show)
  return showPicture(pictures.get(device), wantedPixels(look.config, device), show)
}

const mark = (good: boolean): string => (good ? '●' : '○')
/** Side, path or word in columns of their own. */
const row = (head: string, second: string, good: boolean | undefined, text: string): string =>
  `${pad(head, 6)} ${pad(second, 8)} ${good === undefined ? ' ' : mark(good)} ${text}`.trimEnd()

/** Whoever tries a real part must not take its simulated twin for it. */
const showPlayed = (driver: string, { say }: Show): string =>
  driver === 'simulated' || driver === 'folder' ? say(' (SIMULATED)', '（模拟）') : ''

type Mounted = { readonly side: Side; readonly path: Path; readonly device: string; readonly driver: string }
const listMounted = ({ sides: mounted }: Config): readonly Mounted[] =>
  sides.flatMap((side) =>
    paths.flatMap((path) =>
      (mounted[side]?.[path] ?? []).map(({ id, driver }) => ({ side, path, device: id, driver })),
    ),
  )

const showDevices = (look: Look, show: Show): readonly string[] =>
  listMounted(look.config).map(({ side, path, device, driver }) => {
    const state = stateOf(look, device)
    const name = `${device}${showPlayed(driver, show)}`
    const text = state.state === 'up' ? showSeen(look, path, device, show) : showState(state, show.language)
    const { language } = show
    return row(wordPlace(side, language), wordPlace(path, language), state.state === 'up', `${name}  ${text}`)
  })

const showPulse = ({ asked, config: { gate }, sights }: Look, { say, language }: Show): string => {
  const invite = say(`type ${gate} and Enter`, `输入 ${gate} 并回车`)
  if (asked === 'not_the_name') return say(`not the gate’s name; ${invite}`, `不是本门名称；${invite}`)
  if (asked === 'door_absent') return `${wordCode('door_absent', language)} ${invite}`
  if (sights.door.refused !== undefined)
    return `${wordCode('door_refused', language)} (${sights.door.refused}) ${invite}`
  return asked === 'pulsed' ? say(`given; ${invite}`, `已发出；${invite}`) : invite
}

const showButton = (button: DoorSight['exitButton'], { say, ago }: Show): string => {
  if (button === 'none') return say('not wired', '未接')
  if (button.at === undefined) return say('not pressed yet', '尚未按过')
  return say(`pressed ${button.presses} times${ago(button.at)}`, `按过 ${button.presses} 次${ago(button.at)}`)
}

const showDoor = (look: Look, show: Show): readonly string[] => {
  const { say, language } = show
  const { door } = look.sights
  const state = look.isDoorUp ? stateOf(look, 'door') : { state: 'down' as const, because: 'part_absent' }
  const relay = door.relay ? say('RELAY ON', '继电器吸合') : say('relay at rest', '继电器释放')
  const contact = { open: say('OPEN', '开'), closed: say('closed', '关'), none: say('not wired', '未接') }
  const fire = door.fire === 'none' ? say('not wired', '未接') : door.fire ? say('FIRE', '火警') : say('rests', '正常')
  const word = (en: string, zh: string, text: string) => row('', say(en, zh), undefined, text)
  return [
    row(
      wordPlace('door', language),
      '',
      state.state === 'up',
      `${state.state === 'up' ? relay : showState(state, language)}${showPlayed(look.config.door.driver, show)}`,
    ),
    word('contact', '门磁', contact[door.contact]),
    word('button', '出门按钮', showButton(door.exitButton, show)),
    word('fire', '消防', fire),
    word('pulse', '试开', showPulse(look, show)),
  ]
}

const showPlace = ({ isClockTrusted, broker }: Look, { say, language }: Show): readonly string[] => {
  const clock = isClockTrusted ? say('synchronized', '已同步') : say('not synchronized', '未同步')
  const lines = [row(say('clock', '时钟'), '', isClockTrusted, clock)]
  if (!broker) return lines
  const words = { up: say('takes events', '接收事件'), down: '', unknown: say('being asked', '正在查询') }
  const text = broker.because === undefined ? words[broker.state] : wordCode(broker.because, language)
  return [...lines, row(say('broker', '消息'), '', broker.state === 'up', text)]
}

const showFaults = ({ sights: { faults } }: Look, { say, ago, language }: Show): readonly string[] =>
  faults.map(({ code, device, at }) =>
    row(say('fault', '故障'), device ?? '', undefined, `${wordCode(code, language)}${ago(at)}`),
  )

/** `still`: without what changes by itself, so that a line is printed again only when something happened. */
export const showLook = (look: Look, language: Language, kind: 'live' | 'still' = 'live'): readonly string[] => {
  const say: Say = (en, zh) => pick(language, en, zh)
  const ago: Ago = (at) => {
    const seconds = Math.max(0, Math.floor((look.at - at) / 1000))
    return kind === 'still' ? '' : say(`, ${seconds} s ago`, `，${seconds} 秒前`)
  }
  const show: Show = { say, ago, language }
  const head = `evengate doctor  ${look.config.gate}  ${showInstant(look.wall)}  ${say('Ctrl-C ends', 'Ctrl-C 结束')}`
  return [
    ...(kind === 'live' ? [head, ''] : []),
    ...showDoor(look, show),
    ...showDevices(look, show),
    ...showPlace(look, show),
    ...showFaults(look, show),
  ]
}

/** One object for a script; instants as ages, because nobody else shares the clock they are on. */
export const summariseLook = (look: Look): object => {
  const { sights, at: now, config, wall, isDoorUp, isClockTrusted, broker, asked } = look
  const aged = <T extends { readonly at?: MonotonicMs }>({ at, ...rest }: T) =>
    at === undefined ? rest : { ...rest, agoMs: Math.round(now - at) }
  const { exitButton } = sights.door
  const devices = listMounted(config).map(({ side, path, device }) => {
    const [key, card, picture] = [sights.keys.get(device), sights.cards.get(device), sights.pictures.get(device)]
    return {
      ...{ device, side, path, ...stateOf(look, device) },
      ...(key ? { key: aged(key) } : {}),
      ...(card ? { card: aged(card) } : {}),
      ...(picture ? { picture: aged(picture) } : {}),
    }
  })
  return {
    ...{ wall, gate: config.gate, devices },
    door: {
      ...(isDoorUp ? stateOf(look, 'door') : { state: 'down', because: 'part_absent' }),
      ...sights.door,
      exitButton: exitButton === 'none' ? exitButton : aged(exitButton),
    },
    clock: { trusted: isClockTrusted },
    faults: sights.faults.map(aged),
    ...(broker ? { broker } : {}),
    ...(asked === undefined ? {} : { asked }),
  }
}
