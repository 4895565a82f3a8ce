// The storm inside the machine: somebody presses, orders, sets fire and modes at random, while the door's process and its main are
// killed, frozen, ended and started again, until every blow is struck; then it goes on until the power fails. Traces what it does
// before it does it (audit.ts). The same seed does the same, as far as the machine's own time allows. Started by init.sh, read by
// storm.test.ts.
//
//   EVENGATE_STORM=SEED,DRIVER,POLARITY,BLOWS

import { flushCompileCache } from 'node:module'
import { Worker } from 'node:worker_threads'
import { type Mode, modes, systemClock } from '../../config/words.ts'
import type { PlayedMain } from '../drivers/play-main.ts'
import type { Life } from './audit.ts'
import { type Active, createBench, type Driver, type MachineBench, offsets } from './bench.ts'
import { BLOW_MARK, ENOUGH, say, sayLine } from './say.ts'
import { type Chance, createChance } from './seeded.ts'
import { STORM_PULSE_LIMIT_MS, STORM_PULSE_MS } from './storm-limits.ts'
import { isWorking, killWhole, runLockShell } from './unit.ts'
import type { Watch } from './watcher.ts'

const PING_EVERY_MS = 400
/** Of the service manager. */
const RESTART_AFTER_MS = 100
const POLL_MS = 10
/** Of main's heartbeat: a door that stays frozen longer is killed. */
const FROZEN_LIMIT_MS = 1900

const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const now = () => systemClock.monotonic()

type Storm = {
  readonly bench: MachineBench
  readonly chance: Chance
  /** Apart, so that the blows are the same however often people act. */
  readonly blowChance: Chance
  readonly main: PlayedMain
  life: Life
  /** The mode was said on the connection that stands: only then does a sign of life keep it. */
  modeSaid: boolean
  mainSilent: boolean
  mainAway: boolean
  fire: boolean
  button: boolean
  orders: number
}

const live = (storm: Storm, life: Life): void => {
  storm.life = life
  say({ kind: 'door', at: now(), life })
}

const sayHeard = (storm: Storm): void => {
  if (storm.modeSaid) say({ kind: 'heard', at: now() })
}

// ---- what people and main do

const pushButton = (storm: Storm, down: boolean) => {
  storm.button = down
  say({ kind: 'button', at: now(), down })
  return storm.bench.drive('exitButton', down)
}

const setFire = (storm: Storm, on: boolean) => {
  storm.fire = on
  say({ kind: 'fire', at: now(), on })
  return storm.bench.drive('fire', on)
}

const giveOrder = ({ main, chance, orders }: Storm): void => {
  const issuedAt = now()
  const pulseMs = Math.round(chance.between(100, STORM_PULSE_LIMIT_MS))
  say({ kind: 'order', at: issuedAt, pulseMs })
  main.send({ type: 'open', ref: `g${orders}`, pulseMs, issuedAt })
}

const sayMode = (storm: Storm, mode: Mode): void => {
  say({ kind: 'mode', at: now(), mode })
  storm.modeSaid = storm.main.send({ type: 'mode', mode })
}

const act = async (storm: Storm): Promise<void> => {
  const { chance } = storm
  // Fire and a held-open mode explain everything: they are rare, and ended soon.
  if (storm.fire && chance.next() < 0.4) return void (await setFire(storm, false))
  const dice = chance.next()
  if (dice < 0.45) return void (await pushButton(storm, !storm.button))
  if (dice < 0.5) return storm.fire ? undefined : void (await setFire(storm, true))
  if (dice < 0.75) return void (await storm.bench.drive('contact', chance.next() < 0.5))
  if (storm.mainAway || storm.mainSilent) return
  sayHeard(storm)
  if (dice < 0.92) {
    storm.orders++
    giveOrder(storm)
  } else sayMode(storm, chance.next() < 0.7 ? 'controlled' : chance.pick(modes))
}

/** main's heartbeat. */
const beat = (storm: Storm): void => {
  if (storm.mainSilent || storm.mainAway) return
  sayHeard(storm)
  storm.main.send({ type: 'ping', turn: 0 })
}

// ---- blows

type Blow = (storm: Storm) => Promise<void> | void

/** The kernel and the service manager do the rest (see keepDoor). */
const killDoor: Blow = (storm) => {
  live(storm, 'dead')
  storm.main.child.kill('SIGKILL')
}
const killUnit: Blow = (storm) => {
  live(storm, 'dead')
  killWhole(storm.main.child.pid)
}
const endDoor: Blow = (storm) => {
  live(storm, 'dead')
  storm.main.child.kill('SIGTERM')
}
const freezeDoor: Blow = async (storm) => {
  live(storm, 'frozen')
  storm.main.child.kill('SIGSTOP')
  await pass(storm.blowChance.between(50, FROZEN_LIMIT_MS))
  if (storm.blowChance.next() < 0.3) return killDoor(storm)
  live(storm, 'thawed')
  storm.main.child.kill('SIGCONT')
}
const freezeMain: Blow = async (storm) => {
  storm.mainSilent = true
  await pass(storm.blowChance.between(200, 3000))
  storm.mainSilent = false
}
const restartMain: Blow = async (storm) => {
  storm.mainAway = true
  storm.modeSaid = false
  await storm.main.goAway()
  await pass(storm.blowChance.between(100, 2500))
  await storm.main.comeBack()
  storm.mainAway = false
}
const blows = { killDoor, killUnit, endDoor, freezeDoor, freezeMain, restartMain } as const
/** A door takes seconds to start here: what ends it is struck less often than what does not. */
const kinds = [
  'killDoor',
  'killUnit',
  'endDoor',
  'freezeDoor',
  'freezeDoor',
  'freezeMain',
  'restartMain',
  'restartMain',
] as const

/** Starts the door's process whenever there is none, and tells when it works. */
const keepDoor = async (storm: Storm): Promise<never> => {
  for (;;) {
    if (storm.life === 'started' && isWorking(storm.bench, storm.main)) live(storm, 'ready')
    const { child } = storm.main
    if (child.exitCode !== null || child.signalCode !== null) {
      if (storm.life !== 'dead') throw new Error(`the door ended by itself: ${storm.main.stderr().slice(-1000)}`)
      await runLockShell(storm.bench)
      await pass(RESTART_AFTER_MS)
      storm.modeSaid = false
      live(storm, 'started')
      storm.main.respawn()
    }
    await pass(POLL_MS)
  }
}

const rage = async (storm: Storm, wanted: number): Promise<never> => {
  let struck = 0
  let striking = false
  for (;;) {
    // While it starts it needs the only processor itself.
    await pass(storm.chance.between(5, storm.life === 'started' ? 800 : 250))
    await act(storm)
    const stands = storm.life === 'ready' || storm.life === 'thawed'
    if (struck === wanted || striking || !stands || storm.chance.next() > 0.4) continue
    const kind = storm.blowChance.pick(kinds)
    sayLine(`${BLOW_MARK}${kind}`)
    striking = true
    // People go on meanwhile.
    void Promise.resolve(blows[kind](storm)).then(() => {
      striking = false
      if (++struck === wanted) sayLine(ENOUGH)
    })
  }
}

const begin = async (seed: number, driver: Driver, active: Active): Promise<Storm> => {
  const options = { pulseMs: STORM_PULSE_MS, pulseLimitMs: STORM_PULSE_LIMIT_MS }
  const bench = createBench(driver, active, 'gate', options)
  const workerData: Watch = {
    valueFile: bench.chip.valueFile(offsets.relay),
    energised: active === 'high' ? '1' : '0',
  }
  new Worker(new URL('./watcher.ts', import.meta.url), { workerData })
  say({ kind: 'door', at: now(), life: 'started' })
  const main = await bench.startPart()
  const asleep = { modeSaid: false, mainSilent: false, mainAway: false, fire: false, button: false, orders: 0 }
  return { ...asleep, bench, chance: createChance(seed), blowChance: createChance(seed + 1), main, life: 'started' }
}

const [seed, driver, active, wanted] = (process.env['EVENGATE_STORM'] ?? '').split(',')
const storm = await begin(Number(seed), driver as Driver, active as Active)
flushCompileCache()
setInterval(() => beat(storm), PING_EVERY_MS)
await Promise.race([keepDoor(storm), rage(storm, Number(wanted))])
