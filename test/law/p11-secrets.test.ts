// P11: nothing secret leaves. Canaries go through a whole run (a name, a card, right, wrong and half-typed codes, broken orders and
// commands) and are then searched in everything the run wrote: its output, its store, its runtime folder, its answers.

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { addPerson, makeGatePlace, prepareStore, readStore } from '../line/gate-place.ts'
import { runGate } from '../line/running-gate.ts'

const canaries = {
  name: 'Zykanaria Quellwasser 泉水',
  card: '04deadbee5facade',
  code: '918273645102',
  wrongCode: '564738291056',
  halfTyped: '10293847',
} as const
const card = canaries.card.slice(0, 14)

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesIn(path) : entry.isFile() ? [path] : []
  })

/** As text, as bytes, and as text of bytes. */
const spellings = (): readonly (readonly [string, Buffer])[] => [
  ['name', Buffer.from(canaries.name)],
  ['name', Buffer.from('Zykanaria')],
  ['card', Buffer.from(card, 'hex')],
  ['card', Buffer.from(card)],
  ['card', Buffer.from(card.toUpperCase())],
  ['code', Buffer.from(canaries.code)],
  ['wrong code', Buffer.from(canaries.wrongCode)],
  ['half-typed', Buffer.from(canaries.halfTyped)],
]

const findCanaries = (bytes: Buffer): string[] =>
  spellings().flatMap(([name, spelling]) => (bytes.includes(spelling) ? [name] : []))

test('P11 no name, card, code or key typed is in the log, the store’s bytes, the runtime folder, an error or a happening', async () => {
  await using place = await makeGatePlace()
  const person = await prepareStore(place, (open) =>
    addPerson(open, { name: canaries.name, card, code: canaries.code }),
  )
  await using gate = await runGate(place)
  const answers: unknown[] = []
  const play = async (device: string, order: object) => void answers.push(await gate.play(device, order))
  const ask = async (command: string, args: object) => void answers.push(await gate.ask(command, args))

  await play('entry-card', { tap: card })
  expect((await gate.attempt('card')).decision.outcome).toBe('grant')
  for (const code of [canaries.code, canaries.wrongCode]) {
    await gate.type('entry-keypad', `${person.number}*${code}#`)
    await gate.attempt('keypad')
  }
  // Orders and commands that are wrong in every way, each with a secret in it.
  await play('entry-keypad', { keys: `${canaries.code}**${canaries.code}###` })
  await play('entry-keypad', { keys: `${canaries.wrongCode}x` })
  await play('entry-card', { tap: card, more: canaries.code })
  await play('entry-card', { tap: `${card}zz` })
  await play('door', { open: canaries.code })
  await ask('pin set', { resident: person.residentId, number: person.number, code: canaries.code, more: 1 })
  await ask('pin set', { resident: 'r_nobody', number: 'abc', code: canaries.wrongCode })
  await ask('resident show', { resident: canaries.name })
  await ask('resident add', { room: 'no such room', name: canaries.name })
  await play('entry-keypad', { keys: canaries.halfTyped })
  // A crash dump is a place as well: every part ends by force, main last.
  for (const part of ['card', 'keypad'] as const) {
    const pid = gate.pidOf(part)
    if (pid !== undefined) process.kill(pid, 'SIGABRT')
  }
  gate.kill('SIGABRT')
  await gate.exited()
  await gate.stop()

  // The search finds what is there.
  expect(readStore(place, (facts) => facts.showResident(person.residentId)?.name)).toBe(canaries.name)
  expect(findCanaries(Buffer.from(`… ${canaries.code} …`))).toEqual(['code'])

  expect(findCanaries(Buffer.from(gate.stderr()))).toEqual([])
  expect(findCanaries(Buffer.from(JSON.stringify(gate.told)))).toEqual([])
  expect(findCanaries(Buffer.from(JSON.stringify(answers)))).toEqual([])
  const files = filesIn(place.folder).filter((file) => statSync(file).size > 0)
  expect(files.length).toBeGreaterThan(5)
  for (const file of files) expect([file, ...findCanaries(readFileSync(file))]).toEqual([file])
})
