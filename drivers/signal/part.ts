// Entry of the signal process: which outputs each side gets, and the one speaker and the one outlet for alarms. Says what main tells it
// to, and of its own only that main is missing. It knows no resident and no reason. Started by the supervisor or by its unit.
//
// environment  EVENGATE_KEPT     installed: the settings that main brought last; used when it does not come
//              EVENGATE_DOOR     installed: the door's folder, where it says which lines are its own
//              EVENGATE_AWAY_MS  main may be missing for so long (30000)

import { join } from 'node:path'
import * as v from 'valibot'
import { systemClock } from '../../config/words.ts'
import type { Device, Port } from '../contracts.ts'
import { runPart } from '../harness.ts'
import type { ToPart } from '../protocol.ts'
import { createAlarmOutlet } from './alarm.ts'
import { type Call, createCall } from './call.ts'
import type { SideOutputs } from './contract.ts'
import { MAIN_AWAY_MS, watchMain } from './main-watch.ts'
import { createSidePlayer, type Listener, type SidePlayer } from './player.ts'
import { readKeptSettings, type SignalPartSettings, signalPartSettings } from './settings.ts'
import { openSignalLog, openSimulatedAlarm, openSimulatedCall, openSimulatedSide, type SignalLog } from './simulated.ts'
import { createSound, type Sound } from './sound.ts'
import { createSpared } from './spared.ts'
import { openWiredAlarm, openWiredCall, openWiredSide, type Place } from './wired.ts'

/** A side without lamps is heard by the speaker alone. */
const unlit: SideOutputs = { set: () => undefined, check: () => undefined, close: () => undefined }

type OneSide = SignalPartSettings['sides'][number]

const openSide = ({ side, signal }: OneSide, place: Place, signalLog: () => SignalLog): SideOutputs => {
  if (!signal) return unlit
  return signal.driver === 'gpiochip' ? openWiredSide(side, signal, place) : openSimulatedSide(side, signalLog())
}

type Outlet = ReturnType<typeof createAlarmOutlet>
type Opened = {
  readonly players: readonly SidePlayer[]
  readonly sound?: Sound
  readonly outlet?: Outlet
  readonly call?: Call
}

/** What the call says is said by the lamps and the voice of its own side. */
const openCall = (
  { call }: SignalPartSettings,
  players: readonly SidePlayer[],
  port: Port,
  place: Place,
  signalLog: () => SignalLog,
): Call | undefined => {
  if (!call) return undefined
  const { side, driver } = call
  const outputs =
    driver === 'gpiochip'
      ? openWiredCall(call, place)
      : openSimulatedCall(port.runtimeDirectory, signalLog(), call.answer)
  return createCall(side, outputs, port, (sign) => {
    for (const player of players) player.receive({ type: 'sign', side, sign, at: port.clock.monotonic() })
  })
}

const openAll = (settings: SignalPartSettings, port: Port): Opened => {
  const { clock, runtimeDirectory } = port
  const { language, sound: speaker, alarm } = settings
  // For devices that belong to no side.
  const side = settings.sides[0]?.side ?? 'entry'
  const place = {
    clock,
    spared: createSpared(settings.doorLines, join(doorFolder ?? runtimeDirectory, 'door.lines.json')),
  }
  let writing: SignalLog | undefined
  const signalLog = () => {
    writing ??= openSignalLog(runtimeDirectory, clock)
    return writing
  }
  const listener: Listener = {
    heardFrom: () => sound?.heardFrom() ?? clock.monotonic(),
    wake: () => sound?.wake(),
  }
  const players: readonly SidePlayer[] = settings.sides.map((one) =>
    createSidePlayer(one.side, openSide(one, place, signalLog), port, listener),
  )
  const sound = speaker && createSound({ ...speaker, language, side }, players, port)
  const openAlarm = () =>
    alarm?.driver === 'gpiochip' ? openWiredAlarm(alarm, place) : openSimulatedAlarm(runtimeDirectory, signalLog())
  const outlet = alarm && createAlarmOutlet(side, openAlarm(), port, main)
  const call = openCall(settings, players, port, place, signalLog)
  return { players, ...(sound ? { sound } : {}), ...(outlet ? { outlet } : {}), ...(call ? { call } : {}) }
}

const { EVENGATE_KEPT: keptFile, EVENGATE_DOOR: doorFolder, EVENGATE_AWAY_MS } = process.env
const awayMs = Number(EVENGATE_AWAY_MS ?? MAIN_AWAY_MS)
/** From the start of this process on, whether or not it has settings yet. */
const main = watchMain(systemClock, awayMs)
let opened: Opened = { players: [] }

const receive = (message: ToPart): void => {
  for (const player of opened.players) player.receive(message)
  opened.outlet?.receive(message)
  opened.call?.receive(message)
}

runPart('signal', {
  build: (raw, port): readonly Device[] => {
    opened = openAll(v.parse(signalPartSettings, raw), port)
    const { players, sound, outlet, call } = opened
    return [...players, sound, outlet, call].flatMap((one) => (one ? [one.device] : []))
  },
  receive,
  ready: async () => {
    main.hear()
    opened.call?.meetMain()
    return {}
  },
  onMainHeard: main.hear,
  onMainLost: () => {
    // Whether the door is still unlocked nobody tells us any more.
    receive({ type: 'unlocked', unlocked: false })
    main.lose()
  },
  isWorking: () => opened.outlet?.isLooking() ?? true,
  ...(keptFile === undefined ? {} : { alone: { afterMs: awayMs, readSettings: () => readKeptSettings(keptFile) } }),
})
