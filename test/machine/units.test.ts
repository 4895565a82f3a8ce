// The installed gate: its units in a machine that systemd boots (a container), each part with its own user, sandbox and watchdog. Needs
// root and systemd-nspawn; a real pcscd with a virtual reader, a real serial line, a simulated door. Prints one line of figures.
// Started by `npm run test:machine`. Each test leaves the gate running for the next.

import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../config/words.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { bootContainer, type Container, checkout, whyNoContainer } from './units-boot.ts'
import { openPlace, type UnitsPlace } from './units-place.ts'

const why = whyNoContainer()
const UID = '04a1b2c3d4e5f6'
const CODE = '12042*271828#'
const START_LIMIT_MS = 60_000
/** A unit that was killed: its restart's pause and the start of Node on a machine that does other things as well. */
const BACK_LIMIT_MS = 20_000
const services = ['evengate-door', 'evengate', 'evengate-card', 'evengate-keypad', 'evengate-face', 'evengate-signal']
const figures: Record<string, number> = {}
const now = systemClock.monotonic

test.runIf(why !== undefined)('a container can be booted', () => {
  process.stderr.write(`left out: ${why}\n`)
  expect(process.env['CI'] === 'true' ? why : 'said').toBe('said')
})

describe.skipIf(why !== undefined)('the units', { timeout: 60_000 }, () => {
  let container: Container
  let place: UnitsPlace

  const isActive = (unit: string) => place.property(`${unit}.service`, 'ActiveState') === 'active'
  const allActive = () => waitUntil('every unit', () => services.every(isActive), START_LIMIT_MS)
  const signalUnit = (unit: string, signal: string) => {
    const pid = place.pidOf(unit)
    container.must('kill', '-s', signal, String(pid))
    return pid
  }
  /** Milliseconds until the unit runs again in a new process. */
  const backAfter = async (unit: string, pid: number, limitMs = BACK_LIMIT_MS) => {
    const since = now()
    const isBack = () => isActive(unit) && ![0, pid].includes(place.pidOf(unit))
    await waitUntil(`${unit} again`, isBack, limitMs)
    return Math.round(now() - since)
  }
  const pathUp = (path: 'card' | 'keypad') =>
    waitUntil(
      `${path} up`,
      async () => {
        const status = await place.ask('status')
        return status.ok && JSON.stringify(status.value).includes(`{"device":"entry-${path}","state":"up"}`)
      },
      BACK_LIMIT_MS,
    )
  const press = async () => {
    const at = now()
    await place.play({ press: true })
    return (await place.relayOnAfter(at)) - at
  }
  const atRest = () => waitUntil('the relay at rest', () => place.relay().at(-1)?.on === false, 3000)

  beforeAll(async () => {
    const began = now()
    container = await bootContainer()
    figures['units_boot_ms'] = Math.round(now() - began)
    place = await openPlace(container)
    container.must(`${checkout}/systemd/prepare`)
    place.configure()
    const startedAt = now()
    container.must('systemctl', 'start', 'evengate.target')
    await allActive()
    figures['units_start_ms'] = Math.round(now() - startedAt)
  }, 180_000)
  afterAll(async () => {
    process.stdout.write(`${JSON.stringify(figures)}\n`)
    place?.stop()
    await container?.stop()
  })

  test('start in the order door, card, keypad, face', () => {
    const order = ['evengate-door', 'evengate-card', 'evengate-keypad', 'evengate-face']
    const instants = order.map((unit) => Number(place.property(`${unit}.service`, 'ActiveEnterTimestampMonotonic')))
    expect(instants).toEqual(instants.toSorted((one, other) => one - other))
  })

  test('run each as a user of its own', () => {
    const users = services.map((unit) => container.must('ps', '-o', 'user:32=', '-p', String(place.pidOf(unit))).trim())
    expect(users).toEqual(services)
  })

  test('are installed by a second run of prepare as by the first', () => {
    const pid = place.pidOf('evengate')
    container.must(`${checkout}/systemd/prepare`)
    expect(place.pidOf('evengate')).toBe(pid)
  })

  test('let in by card and by code', async () => {
    await place.must('household add', { room: '1204' })
    const { residentId } = (await place.must('resident add', { room: '1204', name: 'Li Mei' })) as {
      residentId: string
    }
    await pathUp('card')
    let added = false
    const adding = place.must('card add', { resident: residentId }).then(() => {
      added = true
    })
    while (!added) await place.tap(UID)
    await adding
    await place.must('pin set', { resident: residentId, number: '12042', code: '271828' })
    const tappedAt = await place.tap(UID)
    figures['units_tap_to_relay_ms'] = Math.round((await place.relayOnAfter(tappedAt)) - tappedAt)
    await atRest()
    await pathUp('keypad')
    const typedAt = now()
    place.type(CODE)
    figures['units_code_to_relay_ms'] = Math.round((await place.relayOnAfter(typedAt)) - typedAt)
    await atRest()
  })

  test('keep the exit button working while main is restarted again and again', async () => {
    const restarts = 3
    const waits: number[] = []
    for (let n = 0; n < restarts; n++) {
      const before = place.pidOf('evengate')
      container.must('systemctl', 'restart', '--no-block', 'evengate.service')
      const restarted = () => isActive('evengate') && ![0, before].includes(place.pidOf('evengate'))
      for (let back = false; !back; back = restarted()) {
        await atRest()
        waits.push(await press())
      }
    }
    await atRest()
    expect(waits.length).toBeGreaterThan(restarts)
    figures['units_exit_while_main_restarts_max_ms'] = Math.round(Math.max(...waits) * 10) / 10
    await pathUp('card')
    const tappedAt = await place.tap(UID)
    await place.relayOnAfter(tappedAt)
    await atRest()
  })

  test('reload without touching the door', async () => {
    const [door, main] = [place.pidOf('evengate-door'), place.pidOf('evengate')]
    place.configure({ language: 'zh-CN' })
    container.must('systemctl', 'reload', 'evengate.service')
    await waitUntil('the reload', () => place.journal('evengate').includes('gate_reloaded'), BACK_LIMIT_MS)
    await pathUp('card')
    expect([place.pidOf('evengate-door'), place.pidOf('evengate')]).toEqual([door, main])
  })

  test('start the door anew, with its relay at rest, when its settings are others', async () => {
    const before = place.pidOf('evengate-door')
    place.configure({
      language: 'zh-CN',
      door: { driver: 'simulated', pulseMs: 700, exitButton: true, contact: false, fire: true },
    })
    container.must('systemctl', 'reload', 'evengate.service')
    await backAfter('evengate-door', before)
    const settled = place.pidOf('evengate-door')
    await waitUntil('an answer of the door', async () => (await place.ask('status')).ok, BACK_LIMIT_MS)
    await press()
    await atRest()
    expect(place.pidOf('evengate-door')).toBe(settled)
  })

  test('come back after kill -9, each by itself', async () => {
    for (const unit of services) {
      const pid = signalUnit(unit, 'KILL')
      figures[`units_back_after_kill_ms_${unit}`] = await backAfter(unit, pid)
    }
    await allActive()
    await pathUp('card')
    await pathUp('keypad')
    await press()
    await atRest()
  })

  test('put the relay at rest after the door was killed with it energised', async () => {
    await place.play({ press: true })
    await waitUntil('the relay', () => place.relay().at(-1)?.on === true)
    const killedAt = now()
    const pid = signalUnit('evengate-door', 'KILL')
    await waitUntil('the lock', () => lockEndedAt() > killedAt, BACK_LIMIT_MS)
    figures['units_lock_after_kill_ms'] = Math.round(lockEndedAt() - killedAt)
    await backAfter('evengate-door', pid)
    await atRest()
  })

  /** When rest.ts, which follows each end of the door, has ended well; on the clock of all. */
  const lockEndedAt = (): number => {
    const text = place.property('evengate-door.service', 'ExecStopPost')
    if (!text.includes('status=0')) return 0
    return Number(place.property('evengate-door.service', 'InactiveEnterTimestampMonotonic')) / 1000
  }

  test('end a door that hangs, put its relay at rest and start it again', async () => {
    const stoppedAt = now()
    const pid = signalUnit('evengate-door', 'STOP')
    await backAfter('evengate-door', pid)
    figures['units_door_bitten_ms'] = Math.round(now() - stoppedAt)
    expect(place.journal('evengate-door')).toMatch(/Watchdog timeout/)
    expect(lockEndedAt()).toBeGreaterThan(stoppedAt)
    await press()
    await atRest()
  })

  test('end a keypad part that hangs, and the card opens meanwhile', async () => {
    const stoppedAt = now()
    const pid = signalUnit('evengate-keypad', 'STOP')
    const tappedAt = await place.tap(UID)
    await place.relayOnAfter(tappedAt)
    await backAfter('evengate-keypad', pid)
    figures['units_keypad_bitten_ms'] = Math.round(now() - stoppedAt)
    await pathUp('keypad')
    const typedAt = now()
    place.type(CODE)
    await place.relayOnAfter(typedAt)
    await atRest()
  })

  test('end a main that hangs, and leave the door, which opens for the button meanwhile', async () => {
    const [stoppedAt, door] = [now(), place.pidOf('evengate-door')]
    const pid = signalUnit('evengate', 'STOP')
    const isBitten = () => ![0, pid].includes(place.pidOf('evengate'))
    const waits: number[] = []
    for (let bitten = false; !bitten; bitten = isBitten()) {
      waits.push(await press())
      await atRest()
    }
    await backAfter('evengate', pid)
    figures['units_main_bitten_ms'] = Math.round(now() - stoppedAt)
    figures['units_exit_while_main_hangs_max_ms'] = Math.round(Math.max(...waits) * 10) / 10
    expect(place.pidOf('evengate-door')).toBe(door)
  })

  test('give the face part no network, no file to write, no socket but its own, and its key', () => {
    const unit = '/etc/systemd/system/evengate-face.service'
    const text = readFileSync(container.path(unit), 'utf8')
    const program = `${checkout}/test/machine/units-probe.ts 22`
    const probe = text
      .replace(/drivers\/face\/part\.ts/, `test/machine/units-probe.ts`)
      .replace(/^Type=notify$/m, 'Type=oneshot')
      .replace(/^(Restart|WatchdogSec|RestartPreventExitStatus)=.*\n/gm, '')
      .replace(/^After=.*\n/gm, '')
    expect(probe).toContain(program.split(' ')[0])
    writeFileSync(container.path(unit.replace('face', 'faceprobe')), probe)
    onTestFinished(() => void container.run('rm', unit.replace('face', 'faceprobe')))
    container.must('systemctl', 'daemon-reload')
    container.must('systemctl', 'start', 'evengate-faceprobe.service')
    const said =
      place
        .journal('evengate-faceprobe')
        .split('\n')
        .find((line) => line.startsWith('{"probe"')) ?? '{}'
    expect(JSON.parse(said)).toEqual({
      probe: true,
      written: [],
      connected: [],
      sent: false,
      interfaces: [],
      sockets: ['/run/evengate/face.sock'],
      read: [],
      key: true,
    })
  })

  test('let nobody give commands who is not of the group', () => {
    const ask =
      'socket=require("net").connect("/run/evengate/control.sock");socket.on("error",e=>console.log(e.code));socket.on("connect",()=>{console.log("open");process.exit()})'
    const as = (user: string) =>
      container.must('setpriv', '--reuid', user, '--regid', user, '--clear-groups', process.execPath, '-e', ask).trim()
    expect(as('evengate-door')).toBe('EACCES')
    expect(as('evengate-face')).toBe('EACCES')
  })

  test('say in one line what is missing, and wait before they try again', async () => {
    const credential = '/etc/credstore.encrypted/evengate.store.key'
    container.must('mv', credential, `${credential}.away`)
    const restarts = Number(place.property('evengate.service', 'NRestarts'))
    const since = now()
    container.must('systemctl', 'restart', '--no-block', 'evengate.service')
    await waitUntil(
      'the refusal',
      () => place.journal('evengate').includes('key_missing_for_store: store.key'),
      BACK_LIMIT_MS,
    )
    await press()
    await atRest()
    container.must('mv', `${credential}.away`, credential)
    await waitUntil('main again', () => isActive('evengate'), BACK_LIMIT_MS)
    const tries = Number(place.property('evengate.service', 'NRestarts')) - restarts
    expect(tries).toBeLessThan((now() - since) / 4000 + 1)
    await pathUp('card')
  })

  test('say a wrong group in one line, and come back when it is right', async () => {
    const socket = '/run/evengate/keypad.sock'
    container.must('chgrp', 'evengate', socket)
    const pid = signalUnit('evengate-keypad', 'KILL')
    await waitUntil('the word', () => place.journal('evengate-keypad').includes('main_socket_forbidden'), BACK_LIMIT_MS)
    container.must('chgrp', 'evengate-keypad', socket)
    await backAfter('evengate-keypad', pid)
    expect(place.journal('evengate-keypad').match(/main_socket_forbidden/g)).toHaveLength(1)
  })

  test('start the door no more than twice for a damaged copy of the accepted configuration beside an edited file', async () => {
    const restarts = () => Number(place.property('evengate-door.service', 'NRestarts'))
    const before = restarts()
    place.configure({ door: { driver: 'simulated', pulseMs: 900, exitButton: true, contact: false, fire: true } })
    writeFileSync(container.path('/run/evengate/accepted/gate.json'), '{"gate": "sou')
    const killed = signalUnit('evengate-door', 'KILL')
    await backAfter('evengate-door', killed)
    await waitUntil('main’s own copy', () => {
      const copy = readFileSync(container.path('/run/evengate/accepted/gate.json'), 'utf8')
      return copy.startsWith('{"') && copy.endsWith('}')
    })
    const isDoorUp = async () => {
      const status = await place.ask('status')
      return status.ok && JSON.stringify(status.value).includes('"door":"up"')
    }
    await waitUntil('the door', isDoorUp, BACK_LIMIT_MS)
    const settled = place.pidOf('evengate-door')
    for (let n = 0; n < 4; n++) {
      await press()
      await atRest()
    }
    expect(place.pidOf('evengate-door')).toBe(settled)
    figures['units_door_starts_over_damaged_copy'] = restarts() - before
    expect(restarts() - before).toBeLessThanOrEqual(2)
  })

  test('sound the outlet for alarms by itself when main never comes', { timeout: 180_000 }, async () => {
    const line = (number: number) => ({ line: number, active: 'high' })
    const outputs = { lamp: line(1), buzzer: line(2), acknowledge: { ...line(3), active: 'low' } }
    const reloads = () => place.journal('evengate').match(/gate_reloaded/g)?.length ?? 0
    const before = reloads()
    place.configure({ alarm: { driver: 'gpiochip', chip: 'no-chip-here', ...outputs } })
    container.must('systemctl', 'reload', 'evengate.service')
    await waitUntil('the reload', () => reloads() > before, BACK_LIMIT_MS)
    container.must('systemctl', 'stop', 'evengate.target')
    const credential = '/etc/credstore.encrypted/evengate.store.key'
    container.must('mv', credential, `${credential}.away`)
    const startedAt = now()
    container.must('systemctl', 'start', '--no-block', 'evengate.target')
    const isSaid = () => place.journal('evengate-signal').includes('main_missing')
    await waitUntil('the word of the signal part', isSaid, 2 * START_LIMIT_MS)
    figures['units_outlet_sounds_without_main_ms'] = Math.round(now() - startedAt)
    expect(isActive('evengate')).toBe(false)
    expect(isActive('evengate-signal')).toBe(true)
    expect(place.journal('evengate-signal')).not.toMatch(/kept_settings_unusable|gpio_forbidden/)
    container.must('mv', `${credential}.away`, credential)
    await allActive()
  })

  test('stop with the target, all but the door', async () => {
    container.must('systemctl', 'stop', 'evengate.target')
    expect(services.filter(isActive)).toEqual(['evengate-door'])
    await press()
    await atRest()
  })

  test('are gone after prepare --remove', () => {
    container.must(`${checkout}/systemd/prepare`, '--remove')
    expect(container.run('systemctl', 'list-unit-files', '--no-legend', 'evengate*').stdout.trim()).toBe('')
  })
})
