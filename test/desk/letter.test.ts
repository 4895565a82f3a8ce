// A letter with a code by lot, on a disk without room: the code that the resident has stays his. And one with room: it opens what it says.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { addPerson, makeGatePlace, prepareStore, readLedger } from '../line/gate-place.ts'
import { runGate } from '../line/running-gate.ts'

const START_LIMIT_MS = 40_000
const program = resolve(import.meta.dirname, '../../daemon/main.ts')

const mountSmall = (): string => {
  const disk = mkdtempSync(join(tmpdir(), 'eg-letter-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk])
  onTestFinished(() => {
    execFileSync('umount', ['-l', disk])
    rmSync(disk, { recursive: true })
  })
  return disk
}

describe.skipIf(process.getuid?.() !== 0)('a letter', () => {
  test.each([0, 4096])('for which the disk has %d bytes of room changes no code, and leaves no file', {
    timeout: START_LIMIT_MS,
  }, async (freeBytes) => {
    const disk = mountSmall()
    const ballast = () => writeFileSync(join(disk, 'ballast'), Buffer.alloc(4096), { flag: 'a' })
    expect(() => {
      for (;;) ballast()
    }).toThrow('ENOSPC')
    truncateSync(join(disk, 'ballast'), statSync(join(disk, 'ballast')).size - freeBytes)
    await using place = await makeGatePlace()
    const person = await prepareStore(place, addPerson)
    await using gate = await runGate(place)
    const before = readLedger(place, 'pin_set').length
    const write = (file: string) =>
      spawnSync(process.execPath, [
        ...[program, 'desk', 'letter', person.residentId, '--out', file],
        ...['--config', place.configFile, '--language', 'en'],
      ])
    const refused = write(join(disk, 'letter.html'))
    expect([refused.status, refused.stderr.toString()]).toEqual([1, expect.stringContaining('ENOSPC')])
    expect(readdirSync(disk)).toEqual(['ballast'])
    expect(readLedger(place, 'pin_set')).toHaveLength(before)
    await gate.type('entry-keypad', `${person.number}*${person.code}#`)
    expect((await gate.attempt('keypad')).decision).toMatchObject({ outcome: 'grant' })

    const file = join(place.folder, 'letter.html')
    expect(write(file).status).toBe(0)
    const text = readFileSync(file, 'utf8')
    expect(text.trimEnd().endsWith('</html>')).toBe(true)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const [, typed] = new RegExp(`(${person.number}\\*\\d{8}#)`).exec(text.replaceAll(/<[^>]*>|\s/g, '')) ?? []
    await gate.type('entry-keypad', typed ?? '')
    expect((await gate.attempt('keypad')).decision).toMatchObject({ outcome: 'grant' })
  })
})
