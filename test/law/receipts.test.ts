// Receipts at a running gate: what a resident did at the keypad is told to him as a number, printed by the office, proved by openssl
// alone, and finds out an owner who rewrites his record with every key in his hand. The law's own states are in test/store.

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hide, type Result } from '../../config/words.ts'
import type { ShownConsents } from '../../daemon/commands/consents.ts'
import { type ChainedRow, chainStart, hashPayload, hashRow } from '../../daemon/store/chain.ts'
import { openWriter } from '../../daemon/store/open.ts'
import { runProgram } from '../commands/start-gate.ts'
import { waitUntil } from '../drivers/play-main.ts'
import {
  addPerson,
  byOffice,
  type GatePlace,
  giveConsent,
  makeGatePlace,
  type Person,
  prepareStore,
  readLedger,
  take,
} from '../line/gate-place.ts'
import { isSign, type RunningGate, runGate } from '../line/running-gate.ts'
import { consentOf } from '../store/place.ts'

let place: GatePlace
let gate: RunningGate
let [consenting, undecided, moving]: Person[] = []

beforeAll(async () => {
  place = await makeGatePlace(({ sides }) => {
    Object.assign(sides.entry, { signal: { driver: 'simulated' } })
  })
  ;[consenting, undecided, moving] = await prepareStore(place, async (open) => {
    const first = await addPerson(open)
    await giveConsent(open, first)
    const third = await addPerson(open)
    take(await open.ledger.write('recordConsent', consentOf(third.residentId), byOffice))
    return [first, await addPerson(open), third]
  })
  gate = await runGate(place)
}, 40_000)
afterAll(async () => {
  await gate?.stop()
  await place?.[Symbol.asyncDispose]()
})

const known = (person: Person | undefined): Person => {
  if (!person) throw new Error('nobody there')
  return person
}
const ask = async <T>(command: string, args: object): Promise<T> => take((await gate.ask(command, args)) as Result<T>)
const cli = (...args: string[]) => runProgram([...args, '--config', place.configFile, '--json'])

/** His card, then keys; the number that the gate told him. */
const tellAtGate = async (person: Person, ...keys: string[]): Promise<number> => {
  await gate.play('entry-card', { tap: person.card })
  await gate.attempt('card')
  for (const one of keys) await gate.type('entry-keypad', one)
  const { shown } = await gate.next(isSign('number'))
  return shown.number ?? 0
}

const printReceipt = async (number: number): Promise<string> => {
  const { receipt } = await ask<{ receipt: string }>('receipt show', { number: String(number) })
  return receipt
}
const keep = (name: string, text: string): string => {
  const file = join(place.folder, name)
  writeFileSync(file, text)
  return file
}

/** As a resident would: the public key as the gate prints it, the receipt cut in two by sed, openssl. */
const verifyByOpenssl = async (receipt: string): Promise<string> => {
  const { publicKey } = await ask<{ publicKey: string }>('key show', {})
  const [key, file] = [keep('gate.pub', publicKey), keep('held.txt', receipt)]
  const script = `sed '/^signature: /,$d' "$2" > "$2.body" && sed -n 's/^signature: //p' "$2" | base64 -d > "$2.signature" &&
    openssl pkeyutl -verify -pubin -inkey "$1" -rawin -in "$2.body" -sigfile "$2.signature" 2>&1 || true`
  return execFileSync('sh', ['-c', script, 'sh', key, file], { encoding: 'utf8' }).trim()
}

describe('a receipt', () => {
  let number = 0
  let receipt = ''

  test('is a number told at the gate after 9# twice, by light, tone and voice', async () => {
    number = await tellAtGate(known(consenting), '9#', '9#')
    const told = readLedger(place).find(({ seq }) => seq === number)
    expect(told).toMatchObject({ kind: 'consent_withdrawn', payload: { by: { role: 'resident' }, receipt: number } })
    const said = () => [
      ...readFileSync(join(place.runtimeDirectory, 'signal-log'), 'utf8').matchAll(/ entry say digit_(\d)/g),
    ]
    await waitUntil(
      'the number, digit by digit',
      () =>
        said()
          .map(([, one]) => one)
          .join('') === String(number),
      15_000,
    )
  }, 20_000)

  test('is printed by the office from that number, without a name', async () => {
    receipt = await printReceipt(number)
    expect(receipt).toContain(`sequence: ${number}\nwho: ${known(consenting).residentId}\nwhat: withdrawal\n`)
    expect(receipt).not.toContain(known(consenting).name)
    expect(await printReceipt(number)).toBe(receipt)
    const printed = await runProgram(['receipt', 'show', String(number), '--config', place.configFile])
    expect(printed.stdout).toBe(receipt)
    expect(await gate.ask('receipt show', { number: '1' })).toMatchObject({ code: 'receipt_unknown' })
  })

  test('is proved by openssl, and refused by it once altered', async () => {
    expect(await verifyByOpenssl(receipt)).toBe('Signature Verified Successfully')
    expect(await verifyByOpenssl(receipt.replace('withdrawal', 'refusal'))).toMatch(/Failure/)
  })

  test('names the key by the fingerprint that openssl gives', async () => {
    const { fingerprint, publicKey } = await ask<{ fingerprint: string; publicKey: string }>('key show', {})
    const key = keep('gate.pub', publicKey)
    const der = execFileSync('openssl', ['pkey', '-pubin', '-in', key, '-outform', 'DER'])
    const said = execFileSync('openssl', ['dgst', '-sha256', '-r'], { input: der, encoding: 'utf8' })
    expect(said.slice(0, 64)).toBe(fingerprint)
    expect(receipt).toContain(`key: ${fingerprint}\n`)
  })

  test('is found in the record', async () => {
    const ran = await cli('log', 'verify', '--receipt', keep('receipt.txt', receipt))
    expect(ran).toMatchObject({ code: 0, json: { witnessed: 1 } })
  })

  test('altered by one bit, any bit, is found out', async () => {
    const bytes = Buffer.from(receipt, 'latin1')
    const codes = new Set<string>()
    for (let bit = 0; bit < 8 * bytes.length; bit += 1) {
      const altered = Buffer.from(bytes)
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const verdict = await gate.ask('log verify', { receipt: altered.toString('latin1') })
      codes.add(verdict.ok ? `bit ${bit} went unseen` : verdict.code)
    }
    expect([...codes].sort()).toEqual(['receipt_altered', 'receipt_key_other', 'receipt_malformed'])
  }, 60_000)

  test.each([
    ['nothing', '', 'receipt_malformed'],
    ['a novel', 'x'.repeat(20_000), 'receipt_malformed'],
  ])('that is %s is none', async (_, text, code) => {
    expect((await cli('log', 'verify', '--receipt', keep('none.txt', text))).json).toMatchObject({ code })
  })

  test('is given for a consent, a refusal and an erasure too', async () => {
    const person = known(moving)
    expect(await ask<ShownConsents>('consent show', { resident: person.residentId })).toMatchObject({
      state: 'asserted',
    })
    const consent = await tellAtGate(person, '1#')
    expect(await printReceipt(consent)).toContain(`who: ${person.residentId}\nwhat: consent\n`)
    const { receipt: erasure } = await ask<{ receipt: number }>('resident remove', { resident: person.residentId })
    expect(await printReceipt(erasure)).toContain(`who: ${person.residentId}\nwhat: erasure\n`)
    expect(await verifyByOpenssl(await printReceipt(erasure))).toBe('Signature Verified Successfully')
  })
})

describe('a no', () => {
  test('said at the gate before anybody asked silences the office', async () => {
    const person = known(undecided)
    await tellAtGate(person, '9#', '9#')
    const resident = person.residentId
    expect(await ask<ShownConsents>('consent show', { resident })).toMatchObject({
      state: 'refused',
      receipts: [{ what: 'refusal' }],
    })
    expect(await gate.ask('consent ask', { resident })).toMatchObject({ code: 'consent_refused' })
    await ask('consent ask', { resident, by: 'resident' })
    expect(await ask<ShownConsents>('consent show', { resident })).toMatchObject({ state: 'asked' })
    await ask('consent refuse', { resident })
    expect(await gate.ask('consent ask', { resident })).toMatchObject({ code: 'consent_refused' })
  })

  test('stands in no list, and its event names nobody', async () => {
    const { residentId } = known(undecided)
    const shown = await Promise.all(
      ['resident list', 'household list', 'status', 'request list'].map((command) => gate.ask(command)),
    )
    expect(JSON.stringify(shown)).not.toMatch(/refus|consent/)
    const said = readLedger(place).filter(({ kind }) => kind === 'consent_refused')
    expect(said.length).toBeGreaterThan(1)
    expect(JSON.stringify(said)).not.toContain(residentId)
  })
})

test.each([
  ['2001-01', 'head_missing'],
  [new Date().toISOString().slice(0, 7), 'month_not_over'],
  ['2026-13', 'month_malformed'],
])('the head of %s is refused with %s', async (month, code) => {
  expect(await gate.ask('log head', { month })).toMatchObject({ code })
})

describe('requests', () => {
  test('have their due dates, are closed once, and a refusal says why', async () => {
    const resident = known(undecided).residentId
    const add = async (kind: string) => {
      const { request, dueAt } = await ask<{ request: number; dueAt: number }>('request add', { kind, resident })
      return { number: String(request), days: Math.round((dueAt - Date.now()) / 86_400_000) }
    }
    const [way, copy] = [await add('another_way'), await add('copy')]
    expect([way.days, copy.days]).toEqual([10, 15])
    await ask('request close', { number: way.number, outcome: 'given', cost: '0' })
    expect(await gate.ask('request close', { number: way.number, outcome: 'given' })).toMatchObject({
      code: 'request_closed',
    })
    expect(await gate.ask('request close', { number: copy.number, outcome: 'refused' })).toMatchObject({
      code: 'request_unreasoned',
    })
    await ask('request close', { number: copy.number, outcome: 'refused', because: 'no copy of a third person' })
    expect(await ask('request list', {})).toEqual([])
    const all = await cli('request', 'list', '--all')
    expect(all.json).toMatchObject([
      { kind: 'another_way', outcome: 'given', costFen: 0, overdue: false },
      { kind: 'copy', outcome: 'refused' },
    ])
    expect(JSON.stringify(readLedger(place))).not.toContain('third person')
  })

  test.each([
    [{ kind: 'copy' }, 'resident_unknown'],
    [{ kind: 'wish' }, 'request_kind_unknown'],
    [{ kind: 'complaint', asked: '2999-01-01' }, 'request_dates'],
    [{ kind: 'complaint', asked: '2001-01-01' }, 'request_dates'],
  ])('%j is refused with %s', async (args, code) => {
    expect(await gate.ask('request add', args)).toMatchObject({ code })
  })
})

/** What an owner can do who holds every key: no trigger stops him, and the chain is whole again. */
const rewriteLedger = (file: string, key: Buffer, change: (row: ChainedRow) => ChainedRow): void => {
  const { store, close } = take(openWriter({ file, key: hide(key) }))
  const triggers = store
    .prepare<[], { name: string; sql: string }>(
      `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'ledger'`,
    )
    .all()
  for (const { name } of triggers) store.exec(`DROP TRIGGER ${name}`)
  let previous: Uint8Array = chainStart
  const rows = store.prepare<[], ChainedRow>('SELECT * FROM ledger ORDER BY seq').all()
  const update = store.prepare(
    'UPDATE ledger SET at_wall = @at_wall, payload = @payload, payload_hash = @payload_hash, previous = @previous, hash = @hash WHERE seq = @seq',
  )
  for (const row of rows.map(change)) {
    const { salt, payload, payload_hash: before } = row
    const payload_hash = salt === null || payload === null ? before : hashPayload(salt, payload)
    const next = { ...row, payload_hash, previous }
    const hash = hashRow(next)
    update.run({ ...next, hash })
    previous = hash
  }
  for (const { sql } of triggers) store.exec(sql)
  close()
}

test('a record that its owner rewrote with the right keys is whole by itself, and found out by a receipt or a posted code', async () => {
  const withdrawn = readLedger(place).find(({ kind }) => kind === 'consent_withdrawn')?.seq ?? 0
  const receipt = keep('kept.txt', await printReceipt(withdrawn))
  const { code } = await ask<{ code: string }>('log head', {})
  expect(await cli('log', 'verify', '--head', code)).toMatchObject({ code: 0, json: { witnessed: 1 } })
  await gate.stop()
  const key = Buffer.from(readFileSync(join(place.keysDirectory, 'store.key'), 'utf8').trim(), 'hex')
  // The withdrawal came a minute later, he says.
  rewriteLedger(place.storeFile, key, (row) =>
    row.seq === withdrawn ? { ...row, at_wall: row.at_wall + 60_000 } : row,
  )
  gate = await runGate(place)
  expect(await cli('log', 'verify')).toMatchObject({ code: 0 })
  expect(await cli('log', 'verify', '--receipt', receipt)).toMatchObject({
    code: 1,
    json: { code: 'log_rewritten', detail: String(withdrawn) },
  })
  expect(await cli('log', 'verify', '--head', code)).toMatchObject({ code: 1, json: { code: 'log_rewritten' } })
  // A slip of the pen accuses nobody.
  const slip = code.replace(/.(?=.{6}$)/, (one) => (one === '7' ? '8' : '7'))
  expect((await cli('log', 'verify', '--head', slip)).json).toMatchObject({ code: 'head_malformed' })
}, 60_000)
