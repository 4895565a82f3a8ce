// What the office does about codes at a running gate, by its commands: how long one is valid, which are refused, the second one under
// duress, and who has nothing else.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ResidentLine, ResidentPage } from '../../daemon/store/reads.ts'
import { type Gate, startGate } from './start-gate.ts'

let gate: Gate
let resident = ''

beforeAll(async () => {
  gate = await startGate()
  await gate.cli('household', 'add', '1204')
  const added = await gate.cli('resident', 'add', '--room', '1204', '--name', 'Li Mei', '--json')
  resident = (added.json as { residentId: string }).residentId
})
afterAll(() => gate?.stop())

const setCode = (code: string, ...more: readonly string[]) =>
  gate.cliWith(`${code}\n`, 'pin', 'set', resident, '--number', '12042', ...more)
const page = async () => (await gate.ask('resident show', { resident })) as ResidentPage

describe('a code', () => {
  test.each([
    ['123123', 'code_repeats'],
    ['850617', 'code_date'],
    ['120428', 'code_is_number'],
    ['159753', 'code_common'],
  ])('%s is refused: %s', async (code, flaw) => {
    const ran = await setCode(code)
    expect(ran).toMatchObject({ code: 1, stdout: '' })
    expect(ran.stderr).toContain(flaw)
    expect(ran.stderr).not.toContain(code)
  })

  test('is valid to the end of a day to come, and to none that is over', async () => {
    const over = await setCode('483920', '--until', '2024-02-01')
    expect(over.stderr).toContain('code_ends_before')
    const next = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10)
    expect((await setCode('483920', '--until', next)).code).toBe(0)
    const { expiresAt } = (await page()).credentials.find(({ kind }) => kind === 'pin') ?? {}
    // Midnight after that day, in Shanghai.
    expect(expiresAt).toBe(Date.parse(`${next}T16:00:00Z`))
  })

  test('alone makes its holder one of those who are listed', async () => {
    const listed = (await gate.ask('resident list', { codeOnly: true })) as readonly ResidentLine[]
    expect(listed.map(({ id }) => id)).toEqual([resident])
    const status = await gate.cli('status')
    expect(status.stdout).toContain('--code-only')
  })
})

describe('the second code', () => {
  test('is as hard to guess as the first, and is not the first', async () => {
    const weak = await gate.cliWith('850617\n', 'pin', 'duress', resident)
    expect(weak.stderr).toContain('code_date')
    const same = await gate.cliWith('483920\n', 'pin', 'duress', resident)
    expect(same.stderr).toContain('code_is_other')
  })

  test('is read from the input, and ends again without one', async () => {
    const set = await gate.cliWith('905173\n', 'pin', 'duress', resident)
    expect(set.code).toBe(0)
    expect(set.stdout + set.stderr).not.toContain('905173')
    expect((await gate.cli('pin', 'duress', resident, '--end')).code).toBe(0)
  })

  test('needs a first', async () => {
    const { credentials } = await page()
    const pin = credentials.find(({ kind, revokedAt }) => kind === 'pin' && revokedAt === null)
    await gate.cli('credential', 'revoke', pin?.id ?? '', '--because', 'lost')
    const ran = await gate.cliWith('905173\n', 'pin', 'duress', resident)
    expect(ran.stderr).toContain('code_not_held')
  })
})
