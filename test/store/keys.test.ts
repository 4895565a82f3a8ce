// Keys: made once, all together, and never again beside a store; every other state is a code that names no key.

import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { reveal } from '../../config/words.ts'
import { openKeys, settleKeys } from '../../daemon/store/keys.ts'
import { refusal, take } from './place.ts'

const makeDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'evengate-keys-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return join(directory, 'keys')
}

const madeDirectory = (): string => {
  const keysDirectory = makeDirectory()
  take(openKeys({ keysDirectory, storeExists: false }))
  settleKeys({ keysDirectory })
  return keysDirectory
}

test('the first start makes all three keys for their owner alone', () => {
  const keysDirectory = madeDirectory()
  expect(readdirSync(keysDirectory).sort()).toEqual(['gate.key', 'store.key', 'template.key'])
  for (const name of readdirSync(keysDirectory)) expect(statSync(join(keysDirectory, name)).mode & 0o777).toBe(0o600)
})

test('a later start reads the same keys', () => {
  const keysDirectory = madeDirectory()
  const one = take(openKeys({ keysDirectory, storeExists: true }))
  const two = take(openKeys({ keysDirectory, storeExists: true }))
  expect(reveal(one.store).equals(reveal(two.store))).toBe(true)
  expect(reveal(one.store)).toHaveLength(32)
  expect(reveal(one.gate).equals(reveal(two.gate))).toBe(true)
  expect(one.templateKeyFile).toBe(join(keysDirectory, 'template.key'))
})

test.each([
  'store.key',
  'gate.key',
  'template.key',
])('a store without its %s is refused and nothing is made', (name) => {
  const keysDirectory = madeDirectory()
  rmSync(join(keysDirectory, name))
  expect(openKeys({ keysDirectory, storeExists: true })).toEqual({
    ok: false,
    code: 'key_missing_for_store',
    detail: name,
  })
  expect(readdirSync(keysDirectory)).not.toContain(name)
})

test('a store without any key is refused and nothing is made', () => {
  const keysDirectory = makeDirectory()
  expect(refusal(openKeys({ keysDirectory, storeExists: true }))).toBe('key_missing_for_store')
})

test('keys without their store are refused and kept', () => {
  const keysDirectory = madeDirectory()
  const before = readFileSync(join(keysDirectory, 'store.key'), 'utf8')
  expect(refusal(openKeys({ keysDirectory, storeExists: false }))).toBe('store_missing_for_key')
  expect(readFileSync(join(keysDirectory, 'store.key'), 'utf8')).toBe(before)
})

test('a first start cut short among the keys begins again', () => {
  const keysDirectory = makeDirectory()
  take(openKeys({ keysDirectory, storeExists: false }))
  rmSync(join(keysDirectory, 'store.key'))
  take(openKeys({ keysDirectory, storeExists: false }))
  settleKeys({ keysDirectory })
  take(openKeys({ keysDirectory, storeExists: true }))
})

test.each(['store.key', 'gate.key'])('a %s that others may read is refused', (name) => {
  const keysDirectory = madeDirectory()
  chmodSync(join(keysDirectory, name), 0o640)
  expect(refusal(openKeys({ keysDirectory, storeExists: true }))).toBe('key_permissions')
})

test('a key that cannot be read is refused', () => {
  const keysDirectory = madeDirectory()
  rmSync(join(keysDirectory, 'store.key'))
  mkdirSync(join(keysDirectory, 'store.key'), { mode: 0o700 })
  expect(refusal(openKeys({ keysDirectory, storeExists: true }))).toBe('key_unreadable')
})

test.each([
  '',
  'not hex',
  'ab'.repeat(31),
  'ab'.repeat(33),
  'a b'.repeat(22),
])('a store key of %j is malformed', (text) => {
  const keysDirectory = madeDirectory()
  writeFileSync(join(keysDirectory, 'store.key'), text)
  expect(openKeys({ keysDirectory, storeExists: true })).toEqual({
    ok: false,
    code: 'key_malformed',
    detail: 'store.key',
  })
})

test('a gate key of another kind is malformed', () => {
  const keysDirectory = madeDirectory()
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  writeFileSync(join(keysDirectory, 'gate.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  expect(refusal(openKeys({ keysDirectory, storeExists: true }))).toBe('key_malformed')
})

test('no failure and no inspection shows a key', () => {
  const keysDirectory = madeDirectory()
  const hex = readFileSync(join(keysDirectory, 'store.key'), 'utf8').trim()
  const keys = take(openKeys({ keysDirectory, storeExists: true }))
  writeFileSync(join(keysDirectory, 'store.key'), `${hex}zz`)
  const shown = inspect([keys, openKeys({ keysDirectory, storeExists: true })], { depth: 9 }) + JSON.stringify(keys)
  expect(shown).not.toContain(hex.slice(0, 16))
})

test('a credential of systemd wins over the folder, and its template key is not main’s to have', () => {
  const credentialsDirectory = madeDirectory()
  const keysDirectory = makeDirectory()
  rmSync(join(credentialsDirectory, 'template.key'))
  const keys = take(openKeys({ keysDirectory, credentialsDirectory, storeExists: true }))
  expect(reveal(keys.store).toString('hex')).toBe(readFileSync(join(credentialsDirectory, 'store.key'), 'utf8').trim())
  expect(keys.templateKeyFile).toBeUndefined()
})
