// Entry of the signal process: which outputs each side gets, and the one speaker and the one outlet for alarms. Says what main tells it
// to, and of its own only that main is gone. It knows no resident and no reason. Started by the supervisor or by its unit.

import * as v from 'valibot'
import type { Device, Port } from '../contracts.ts'
import { runPart } from '../harness.ts'
import type { ToPart } from '../protocol.ts'
import { createAlarmOutlet } from './alarm.ts'
import type { SideOutputs } from './contract.ts'
import { createSidePlayer, type Listener, type SidePlayer } from './player.ts'
import { type SignalPartSettings, signalPartSettings } from './settings.ts'
import { openSignalLog, openSimulatedAlarm, openSimulatedSide, type SignalLog } from './simulated.ts'
import { createSound, type Sound } from './sound.ts'
import { openWiredAlarm, openWiredSide } from './wired.ts'

/** A side without lamps is heard by the speaker alone. */
const unlit: SideOutputs = { set: () => undefined, check: () => undefined, close: () => undefined }

type OneSide = SignalPartSettings['sides'][number]

const openSide = ({ side, signal }: OneSide, { clock }: Port, signalLog: () => SignalLog): SideOutputs => {
  if (!signal) return unlit
  return signal.driver === 'gpiochip' ? openWiredSide(side, signal, clock) : openSimulatedSide(side, signalLog())
}

type Outlet = ReturnType<typeof createAlarmOutlet>
type Opened = { readonly players: readonly SidePlayer[]; readonly sound?: Sound; readonly outlet?: Outlet }

const openAll = (settings: SignalPartSettings, port: Port): Opened => {
  const { clock, runtimeDirectory } = port
  const { language, sound: speaker, alarm } = settings
  // For devices that belong to no side.
  const side = settings.sides[0]?.side ?? 'entry'
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
    createSidePlayer(one.side, openSide(one, port, signalLog), port, listener),
  )
  const sound = speaker && createSound({ ...speaker, language, side }, players, port)
  const openAlarm = () =>
    alarm?.driver === 'gpiochip' ? openWiredAlarm(alarm, clock) : openSimulatedAlarm(runtimeDirectory, signalLog())
  const outlet = alarm && createAlarmOutlet(side, openAlarm(), port)
  return { players, ...(sound ? { sound } : {}), ...(outlet ? { outlet } : {}) }
}

let opened: Opened = { players: [] }

const receive = (message: ToPart): void => {
  for (const player of opened.players) player.receive(message)
  opened.outlet?.receive(message)
}

runPart('signal', {
  build: (raw, port): readonly Device[] => {
    opened = openAll(v.parse(signalPartSettings, raw), port)
    const { players, sound, outlet } = opened
    return [...players, sound, outlet].flatMap((one) => (one ? [one.device] : []))
  },
  receive,
  onMainLost: () => {
    // Whether the door is still unlocked nobody tells us any more.
    receive({ type: 'unlocked', unlocked: false })
    opened.outlet?.loseMain()
  },
})
