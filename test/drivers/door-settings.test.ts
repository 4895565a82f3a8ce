// A door that reads its settings from files, beside a main that means others: it makes room once, and only when it would come back
// otherwise. Its exit button works throughout.

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import { doorSettings } from '../../daemon/part-plan.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { type PlayedMain, playMain, waitUntil } from './play-main.ts'

const START_LIMIT_MS = 15_000
/** Welcomes in a row; each would end the door. */
const RETURNS = 4

const text = (pulseMs: number) => `
gate: south
timeZone: Asia/Shanghai
operator: { name: Committee, contact: "1", maintainer: Workshop }
store: { directory: store, keysDirectory: keys }
door: { driver: simulated, pulseMs: ${pulseMs}, exitButton: true }
sides: { entry: { card: [{ id: card-in, driver: simulated }] } }
`
const line = (number: number | string) => `{ line: ${number}, active: high }`
const wired = text(700).replace(
  /door: .*/,
  `door: { driver: gpiochip, chip: no-chip-here, pulseMs: 700, relay: ${line('GPIO17')}, exitButton: ${line(27)}, fire: ${line(22)} }`,
)
const DAMAGED = '{"gate": "sou'

const open = async (accepted: string | undefined, edited: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'eg-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const place = (name: string, content: string | undefined) => {
    const file = join(folder, name)
    if (content !== undefined) writeFileSync(file, content)
    return file
  }
  const meant = loadConfig(place('meant.yaml', text(700)))
  if (!meant.ok) throw new Error('the settings of the test are wrong')
  const files = { accepted: place('accepted.json', accepted), edited: place('gate.yaml', edited) }
  const args = ['--config', files.accepted, '--config', files.edited]
  const options = { runtimeDirectory: folder, args, asChild: false }
  const main = await playMain('door', doorSettings(meant.value), options)
  onTestFinished(main.stop)
  return { ...files, folder, main }
}
const ready = (main: PlayedMain) => main.next((m) => m.type === 'ready', START_LIMIT_MS)
const press = async (folder: string) => {
  await playDevice(folder, 'door', { press: true })
  const relay = async () => (await playDevice(folder, 'door', { state: true }))['relay'] === true
  await waitUntil('the relay', relay)
}

test.each([
  ['the accepted copy is damaged beside an edited file', DAMAGED, text(900)],
  ['there is no accepted copy and the file is edited', undefined, text(900)],
] as const)('it stays, whenever main comes, when %s', async (_, accepted, edited) => {
  const { main, folder } = await open(accepted, edited)
  const { pid } = main.child
  for (let n = 0; n < RETURNS; n++) {
    await ready(main)
    await main.next((m) => m.type === 'fault' && m.code === 'settings_differ')
    await press(folder)
    await main.goAway()
    await main.comeBack()
  }
  await ready(main)
  expect([main.child.pid, main.child.exitCode]).toEqual([pid, null])
})

test('it stays when every file was damaged meanwhile, and runs with what it has', async () => {
  const { main, folder, accepted, edited } = await open(text(900), text(900))
  await ready(main)
  for (const file of [accepted, edited]) writeFileSync(file, DAMAGED)
  await main.goAway()
  await main.comeBack()
  await ready(main)
  await press(folder)
  expect(main.child.exitCode).toBeNull()
})

test.each([
  ['wired', wired, { chip: 'no-chip-here', lines: ['GPIO17', 27, 22] }],
  ['simulated', text(700), { chip: '', lines: [] }],
] as const)('%s, it leaves word of which lines are its own, for any user to read', async (_, content, expected) => {
  const { folder, main } = await open(undefined, content)
  await ready(main)
  const file = join(folder, 'door.lines.json')
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(expected)
  expect(statSync(file).mode & 0o777).toBe(0o644)
})

test('it makes room once when its files say what main means, and is then the same', async () => {
  const { main, accepted } = await open(DAMAGED, text(900))
  await ready(main)
  writeFileSync(accepted, text(700))
  await main.goAway()
  await main.comeBack()
  expect((await main.exited(START_LIMIT_MS)).code).toBe(0)
  main.respawn()
  await ready(main)
  const { pid } = main.child
  await main.goAway()
  await main.comeBack()
  await ready(main)
  expect([main.child.pid, main.child.exitCode]).toEqual([pid, null])
})
