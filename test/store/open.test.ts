// Opening: the store proves itself encrypted, and every bad file is a code of its own. Nothing is ever converted.

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { hide, reveal } from '../../config/words.ts'
import { openReader, openWriter } from '../../daemon/store/open.ts'
import { makePlace, type Place, refusal, take, until } from './place.ts'

const makeStore = (): Place => {
  const place = makePlace()
  take(openWriter(place)).close()
  return place
}

const bothCodes = (place: Place): string[] => [refusal(openWriter(place)), refusal(openReader(place))]

test('a new store holds no readable byte, in the file or in the log', () => {
  const place = makePlace()
  const writer = take(openWriter(place))
  onTestFinished(writer.close)
  writer.store.prepare("INSERT INTO household (id, room) VALUES ('h_canary', 'canary-room')").run()
  for (const file of [place.file, `${place.file}-wal`]) {
    const bytes = readFileSync(file)
    expect(bytes.length).toBeGreaterThan(0)
    for (const word of ['SQLite format 3', 'CREATE TABLE', 'canary']) expect(bytes.includes(word)).toBe(false)
  }
})

test('the store and its folder belong to their owner alone', () => {
  const place = makeStore()
  expect(statSync(place.file).mode & 0o777).toBe(0o600)
  expect(statSync(dirname(place.file)).mode & 0o777).toBe(0o700)
})

test('a wrong key opens nothing and harms nothing, with a log left by a crash', async () => {
  const place = makePlace()
  const writer = take(openWriter(place))
  writer.store.prepare("INSERT INTO household (id, room) VALUES ('h_1', '1')").run()
  const copy = makePlace()
  mkdirSync(dirname(copy.file))
  for (const tail of ['', '-wal']) copyFileSync(place.file + tail, copy.file + tail)
  writer.close()
  expect(bothCodes({ ...copy, key: hide(randomBytes(32)) })).toEqual(['store_key_wrong', 'store_key_wrong'])
  const right = take(openWriter({ ...copy, key: place.key }))
  onTestFinished(right.close)
  expect(right.store.prepare('SELECT room FROM household').all()).toEqual([{ room: '1' }])
})

test('a plain SQLite file is refused and left as it is', () => {
  const place = makePlace()
  mkdirSync(dirname(place.file))
  const plain = new Database(place.file)
  plain.exec('CREATE TABLE t (a)')
  plain.close()
  const before = readFileSync(place.file)
  expect(bothCodes(place)).toEqual(['store_not_encrypted', 'store_not_encrypted'])
  expect(readFileSync(place.file).equals(before)).toBe(true)
})

test.each([0, 100, 4095])('a store cut to %i bytes is truncated', (length) => {
  const place = makeStore()
  truncateSync(place.file, length)
  expect(bothCodes(place)).toEqual(['store_truncated', 'store_truncated'])
})

test('a store cut in the middle is refused', () => {
  const place = makeStore()
  truncateSync(place.file, Math.floor(statSync(place.file).size / 2 / 4096) * 4096 + 100)
  expect(bothCodes(place)).toEqual(['store_truncated', 'store_truncated'])
  truncateSync(place.file, Math.floor(statSync(place.file).size / 4096) * 4096)
  expect(bothCodes(place)).toEqual(['store_damaged', 'store_damaged'])
})

test('garbage is refused as damaged', () => {
  const place = makePlace()
  mkdirSync(dirname(place.file))
  writeFileSync(place.file, Buffer.alloc(20_000, 0xa5))
  expect(bothCodes(place)).toEqual(['store_damaged', 'store_damaged'])
})

test('one changed byte of the first page is found', () => {
  const place = makeStore()
  const handle = openSync(place.file, 'r+')
  writeSync(handle, Buffer.from([readFileSync(place.file).readUInt8(3000) ^ 1]), 0, 1, 3000)
  closeSync(handle)
  expect(bothCodes(place)).toEqual(['store_key_wrong', 'store_key_wrong'])
})

test('a store from a newer program is refused', () => {
  const place = makePlace()
  const writer = take(openWriter(place))
  writer.store.pragma('user_version = 99')
  writer.close()
  expect(bothCodes(place)).toEqual(['store_newer', 'store_newer'])
})

test('a folder where the store should be is unreadable, not a new store', () => {
  const place = makePlace()
  mkdirSync(place.file, { recursive: true })
  expect(bothCodes(place)).toEqual(['store_unreadable', 'store_unreadable'])
})

test.skipIf(process.getuid?.() === 0)('a file without permission is unreadable', () => {
  const place = makeStore()
  chmodSync(place.file, 0)
  expect(bothCodes(place)).toEqual(['store_unreadable', 'store_unreadable'])
})

test('a reader does not make a store', () => {
  const place = makePlace()
  expect(refusal(openReader(place))).toBe('store_missing')
  expect(existsSync(place.file)).toBe(false)
})

test('a writer makes a store on a first start and at no other time', () => {
  const { create: _, ...place } = makePlace()
  expect(refusal(openWriter(place))).toBe('store_missing')
  expect(existsSync(dirname(place.file))).toBe(false)
})

test('a store cut short while being made is made again', () => {
  const place = makePlace()
  mkdirSync(dirname(place.file))
  writeFileSync(`${place.file}.new`, 'half a store')
  take(openWriter(place)).close()
  expect(existsSync(`${place.file}.new`)).toBe(false)
})

test('the reader cannot write', () => {
  const reader = take(openReader(makeStore()))
  onTestFinished(() => void reader.close())
  expect(() => reader.prepare("INSERT INTO household (id, room) VALUES ('h_1', '1')").run()).toThrow(/readonly/)
})

test('a second daemon is refused, and kill -9 of the first leaves no lock behind', async () => {
  const place = makePlace()
  const script = fileURLToPath(new URL('./child.ts', import.meta.url))
  const child = spawn('node', [script, 'hold', place.directory, reveal(place.key).toString('hex')])
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  child.stdout.on('data', (bytes) => (said += bytes))
  await until(() => said.includes('opened'))
  expect(refusal(openWriter(place))).toBe('store_in_use')
  child.kill('SIGKILL')
  await until(() => child.signalCode !== null)
  take(openWriter(place)).close()
})
