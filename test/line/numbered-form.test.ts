// A form that the running gate numbered: an event of its own, accepted for the person who signed it and for the notice that it names, spent
// by his own act at the keypad.

import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import type { LedgerLine, ResidentPage } from '../../daemon/store/reads.ts'
import { type Gate, startGate, until } from '../commands/start-gate.ts'
import { allPeople } from '../drivers/face-people.ts'

const CARD = '04a1b2c3d4e5f6'
let gate: Gate
let people: readonly string[] = []

const addPerson = async (name: string) =>
  ((await gate.ask('resident add', { room: '1204', name })) as { residentId: string }).residentId
const print = async (...more: string[]) =>
  (await gate.cli('notice', 'form', '--json', ...more)).json as { number: string; text: string }
const record = (resident: string | undefined, form: string) =>
  gate.cli('consent', 'record', resident ?? '', '--form', form, '--witness', 'Wang')
const consentsOf = async (resident: string | undefined) =>
  ((await gate.ask('resident show', { resident })) as ResidentPage).consents
const eventsOf = async (kind: string) =>
  ((await gate.ask('log tail', { count: 1000 })) as readonly LedgerLine[]).filter((event) => event.kind === kind)

const isConfirmed = async (resident: string | undefined) =>
  (await consentsOf(resident)).some(({ confirmedAt }) => confirmedAt !== null) ? true : undefined
/** The keys count once the tap was answered; whoever is too quick taps again. */
const confirmAtTheGate = (resident: string | undefined) =>
  until('the confirmation', async () => {
    const before = (await eventsOf('attempt')).length
    await gate.play('entry-card', { tap: CARD })
    await until('an answer', async () => ((await eventsOf('attempt')).length > before ? true : undefined))
    await gate.play('entry-keypad', { keys: '1#' })
    return until('the confirmation of this tap', () => isConfirmed(resident), 2000).catch(() => undefined)
  })

beforeAll(async () => {
  // A consent names a model, so the gate needs one.
  const { pack = '', modelsDirectory = '' } = allPeople[0] ?? {}
  gate = await startGate({ changes: { face: { pack, modelsDirectory } }, waitForFace: true })
  await gate.ask('household add', { room: '1204' })
  people = [await addPerson('Li Mei'), await addPerson('Zhao Lei')]
  const adding = gate.cli('card', 'add', people[0] ?? '')
  const isAdded = async () => ((await eventsOf('card_added')).length > 0 ? true : undefined)
  await until('the card', async () => {
    await gate.play('entry-card', { tap: CARD })
    return until('an answer', isAdded, 500).catch(() => undefined)
  })
  await adding
})
afterAll(() => gate?.stop())

test('every sheet has a number of its own, which is an event and stands on the page', async () => {
  const [one, other] = [await print(), await print('--as', 'large', '--language', 'zh-CN')]
  expect(one.number).not.toBe(other.number)
  for (const { number, text } of [one, other]) expect(text).toContain(number)
  const issued = await eventsOf('form_issued')
  expect(issued.map(({ payload }) => [payload?.['form'], payload?.['language'], payload?.['by']])).toEqual([
    [one.number, 'en', { role: 'root', caller: expect.any(String) }],
    [other.number, 'zh-CN', { role: 'root', caller: expect.any(String) }],
  ])
  expect(issued.map(({ seq, payload }) => String(payload?.['form']).startsWith(`EG-${seq}-`))).toEqual([true, true])
})

test('a sheet is the consent of who signed it until he confirms, and nobody’s afterwards', async () => {
  const [mei, lei] = people
  const { number } = await print()
  expect((await record(mei, number.toLowerCase())).code).toBe(0)
  expect((await record(lei, number)).stderr).toContain('form_used')
  // The ten minutes passed, or a letter was wrong: the same sheet is written down again.
  expect((await record(mei, number)).code).toBe(0)
  await confirmAtTheGate(mei)
  expect((await consentsOf(mei)).map(({ formNumber }) => formNumber)).toEqual([number, number])
  expect((await gate.cli('consent', 'withdraw', mei ?? '')).code).toBe(0)
  expect((await record(mei, number)).stderr).toContain('form_used')
})

test('the receipt of it is a page to take home, around the very text that was signed', async () => {
  const [withdrawn] = (await eventsOf('consent_withdrawn')).slice(-1)
  const show = (...more: string[]) => gate.cli('receipt', 'show', String(withdrawn?.seq), ...more)
  const { stdout: signed } = await show()
  const { stdout: page } = await show('--as', 'page', '--language', 'en')
  expect(page).toContain(`<pre>${signed}</pre>`)
  expect(page).toContain('Your consent to face has ended.')
  expect((await show('--json')).json).toEqual({ number: withdrawn?.seq, receipt: signed })
})

test('a number that was never printed is refused, one of the office’s own book is not', async () => {
  const [, lei] = people
  const { number } = await print()
  const wrong = `${number.slice(0, -1)}${number.endsWith('A') ? 'B' : 'A'}`
  expect((await record(lei, wrong)).stderr).toContain('form_unknown')
  expect((await record(lei, 'F-7')).code).toBe(0)
})

test('a sheet that names the notice of yesterday is refused, and one printed for today’s is taken', async () => {
  const [, lei] = people
  const { number: former } = await print()
  const changed = parse(readFileSync(gate.configFile, 'utf8')) as { operator: { maintainer: string } }
  changed.operator.maintainer = 'Another Firm'
  writeFileSync(gate.configFile, stringify(changed))
  // Printed before the reload, for the notice that comes.
  const { number: next } = await print()
  expect((await record(lei, next)).stderr).toContain('form_stale')
  gate.child.kill('SIGHUP')
  await until('the reload', async () => ((await record(lei, next)).code === 0 ? true : undefined))
  expect((await record(lei, former)).stderr).toContain('form_stale')
})
