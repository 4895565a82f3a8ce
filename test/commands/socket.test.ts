// What a running gate answers over its control socket: strict arguments, one card window, readers that leave, a gate that stops.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callControl } from '../../daemon/control.ts'
import { type Gate, startGate, until } from './start-gate.ts'

let gate: Gate
let resident = ''

beforeAll(async () => {
  gate = await startGate()
  await gate.ask('household add', { room: '1204' })
  resident = ((await gate.ask('resident add', { room: '1204', name: '李梅' })) as { residentId: string }).residentId
})
afterAll(() => gate?.stop())

const socketOf = () => join(gate.runtimeDirectory, 'control.sock')
const call = (command: string, args: unknown) => callControl(socketOf(), { command, args }, () => undefined)
/** Sends bytes as they are, and hangs up when the first answer comes or at once. */
const send = (bytes: string, hangUp: 'at_once' | 'after_answer') =>
  new Promise<string>((done) => {
    let heard = ''
    const socket = connect(socketOf(), () => {
      socket.write(bytes)
      if (hangUp === 'at_once') socket.destroy()
    })
    socket.on('data', (chunk) => {
      heard += chunk.toString()
      if (hangUp === 'after_answer') socket.destroy()
    })
    socket.on('error', () => done(heard))
    socket.on('close', () => done(heard))
  })

test.each([
  ['household add', { room: '' }],
  ['household add', { room: '1206', extra: 1 }],
  ['resident add', { room: '1204', name: 'x'.repeat(101) }],
  ['resident add', { room: '1204', name: 'x', born: '2015-13-40' }],
  ['resident show', { resident: "r_' OR 1" }],
  ['pin set', { resident: 'r_abc', number: '12', code: '471190' }],
  ['consent record', { resident: 'r_abc', form: '1', witness: 'W', months: 13 }],
  ['log tail', { count: 100_000 }],
  ['open', { because: 'x' }],
  ['status', null],
])('%s refuses %j', async (command, args) => {
  const refused = await call(command, args)
  // Some have a word of their own; none repeats what was given.
  expect(refused).toMatchObject({
    ok: false,
    code: expect.stringMatching(/^(args_refused|name_too_long|date_unknown|resident_unknown)$/),
  })
  expect(JSON.stringify(refused)).not.toMatch(/xxx|2015|OR 1/)
})

test('a refused code is not repeated', async () => {
  const answer = await call('pin set', { resident, number: '12042', code: '4711084711'.repeat(9) })
  expect(JSON.stringify(answer)).not.toContain('4711084711')
})

test('an unknown command is refused by name', async () => {
  expect(await call('fly', {})).toMatchObject({ code: 'command_unknown', detail: 'fly' })
  expect(await call('__proto__', {})).toMatchObject({ code: 'command_unknown' })
})

test('bytes that are no request, and callers that break off, leave the gate as it was', async () => {
  expect(await send('no json\n', 'after_answer')).toContain('request_malformed')
  await send(`${'x'.repeat(70_000)}\n`, 'after_answer')
  for (const command of ['status', 'log tail', 'card add', 'log verify'])
    await send(`${JSON.stringify({ command, args: command === 'card add' ? { resident } : {} })}\n`, 'at_once')
  await send('{"command":"st', 'at_once')
  expect((await gate.status()).door).toBe('up')
})

test('any line is answered once, and by a code', async () => {
  const text = fc.string({ minLength: 12, maxLength: 60 })
  const request = fc.record({ command: fc.oneof(text, fc.anything()), args: fc.anything() }, { requiredKeys: [] })
  const line = fc.oneof(
    text,
    fc.json(),
    request.map((one) => JSON.stringify(one) ?? ''),
  )
  await fc.assert(
    fc.asyncProperty(line, async (said) => {
      const heard = await send(`${said.replaceAll(/[\r\n\u2028\u2029]/g, ' ')}\n`, 'after_answer')
      const { answer } = JSON.parse(heard) as { answer: { ok: boolean; code: string } }
      expect(answer).toMatchObject({ ok: false, code: expect.stringMatching(/^(request_malformed|command_unknown)$/) })
    }),
    { numRuns: 60 },
  )
  expect((await gate.status()).door).toBe('up')
})

test('callers who say nothing are sent away, and keep nobody else out for long', { timeout: 20_000 }, async () => {
  const silent = await Promise.all(
    Array.from({ length: 16 }, async () => {
      const socket = connect(socketOf())
      await once(socket, 'connect')
      return socket
    }),
  )
  expect(await call('status', {})).toMatchObject({ ok: false, code: 'daemon_gone' })
  await Promise.all(silent.map((socket) => once(socket.resume(), 'close')))
  expect(await call('status', {})).toMatchObject({ ok: true })
})

test('a caller who leaves the card window frees it for the next; two at once are refused', async () => {
  const first = connect(socketOf(), () =>
    first.write(`${JSON.stringify({ command: 'card add', args: { resident } })}\n`),
  )
  await new Promise((heard) => first.once('data', heard))
  expect(await call('card add', { resident })).toMatchObject({ code: 'card_window_busy' })
  first.destroy()
  await until('the window', async () => {
    const next = connect(socketOf(), () =>
      next.write(`${JSON.stringify({ command: 'card add', args: { resident } })}\n`),
    )
    const said = await new Promise<string>((heard) => next.once('data', (chunk) => heard(chunk.toString())))
    next.destroy()
    return said.includes('tap_new_card') || undefined
  })
})

test('a card that is somebody’s is not given to another', async () => {
  const tapped = '04010203040506'
  const add = async (of: string) => {
    let window = false
    const adding = callControl(socketOf(), { command: 'card add', args: { resident: of } }, () => {
      window = true
    })
    await until('the window', () => window || undefined)
    let answer: Awaited<typeof adding> | undefined
    void adding.then((result) => {
      answer = result
    })
    // Taps that follow too closely are one tap.
    return until('a second tap that counts', async () => {
      await gate.play('entry-card', { tap: tapped })
      return answer
    })
  }
  const added = await until('a free window', async () => {
    const one = await add(resident)
    return one.ok ? one : undefined
  })
  expect(added).toMatchObject({ ok: true })
  // From now on it is known, opens, and is not seen by the window of anybody else.
  const other = callControl(socketOf(), { command: 'card add', args: { resident } }, () => undefined)
  await gate.play('entry-card', { tap: tapped })
  await until('the door', async () => (await gate.play('door', { state: true }))['relay'] === true || undefined)
  expect((await gate.status()).credentials.card).toBe(1)
  void other
})

test('a code is not set twice under one number', async () => {
  const second = ((await gate.ask('resident add', { room: '1204', name: '王强' })) as { residentId: string }).residentId
  expect(await call('pin set', { resident, number: '12042', code: '471190' })).toMatchObject({ ok: true })
  expect(await call('pin set', { resident: second, number: '12042', code: '471191' })).toMatchObject({
    code: 'number_taken',
  })
})

test('a child’s consent is his guardian’s, an adult’s his own', async () => {
  const born = `${new Date().getUTCFullYear() - 8}-01-01`
  const child = ((await gate.ask('resident add', { room: '1204', name: '小明', born })) as { residentId: string })
    .residentId
  const form = { form: 'F-2', witness: 'W' }
  expect(await call('consent record', { resident: child, ...form })).toMatchObject({ code: 'guardian_required' })
  const guardian = { guardian: '李梅', guardianBorn: '1990-05-01' }
  const minor = { ...guardian, guardianBorn: `${new Date().getUTCFullYear() - 16}-01-01` }
  expect(await call('consent record', { resident: child, ...form, ...minor })).toMatchObject({ code: 'guardian_minor' })
  expect(await call('consent record', { resident: child, ...form, guardian: '李梅' })).toMatchObject({
    code: 'consent_unevidenced',
  })
  expect(await call('consent record', { resident: child, ...form, ...guardian })).toMatchObject({ ok: true })
  expect(await call('consent record', { resident, ...form, ...guardian })).toMatchObject({
    code: 'guardian_not_allowed',
  })
})

test('whoever watches is told of what happens, and the end of the gate is no failure of his', async () => {
  const program = join(resolve(import.meta.dirname, '../..'), 'daemon/main.ts')
  const watch = (...args: string[]) => {
    const child = spawn(process.execPath, [program, ...args, '--json', '--config', gate.configFile])
    let heard = ''
    child.stdout.on('data', (chunk: Buffer) => {
      heard += chunk.toString()
    })
    const ended = new Promise<number | null>((done) => child.once('close', done))
    return { heard: () => heard, ended }
  }
  const status = watch('status', '--watch')
  const follow = watch('log', 'tail', '-n', '1', '--follow')
  await until('both', () => (status.heard().includes('"gate"') && follow.heard() !== '') || undefined)
  await gate.play('entry-card', { unplug: true })
  await until('the reader that is gone', () => status.heard().includes('reader_absent') || undefined)
  await gate.ask('household add', { room: '1207' })
  await until('the event', () => follow.heard().includes('household_added') || undefined)
  gate.child.kill('SIGTERM')
  expect(await Promise.all([status.ended, follow.ended])).toEqual([0, 0])
})
