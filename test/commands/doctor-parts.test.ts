// Doctor before real parts: a real pcscd with two readers, a real serial line, a real ffmpeg.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isCardLibraryBuilt } from '../../daemon/cli/probes.ts'
import { openPty } from '../drivers/pty.ts'
import { startVirtualReader } from '../drivers/virtual-card.ts'
import { needPart } from '../parts.ts'
import { runProgram, writeGate } from './start-gate.ts'

type Finding = { readonly part: string; readonly ok: boolean; readonly text: string }

const examine = async (entry: object, env: NodeJS.ProcessEnv = {}): Promise<readonly Finding[]> => {
  const { configFile, folder } = writeGate({ sides: { entry } })
  const ran = await runProgram(['doctor', '--json', '--config', configFile], '', env)
  rmSync(folder, { recursive: true, force: true })
  return ran.json as readonly Finding[]
}

const hasPcscd = needPart('pcscd') && needPart('vpcd') && needPart('unshare') && needPart('pcsclite')

describe.skipIf(!hasPcscd)('a card reader', () => {
  test('is found by part of its name, which doctor shows whole; one that is absent or not unique is not', async () => {
    await using readers = await startVirtualReader()
    const [name, other] = readers.names
    const look = async (reader: string) =>
      (await examine({ card: [{ id: 'reader', driver: 'pcsc', reader }] }, readers.env)).find(
        ({ part }) => part === 'reader',
      )
    expect(await look(name)).toMatchObject({ ok: true, text: name })
    expect(await look('Virtual')).toMatchObject({ ok: false, text: expect.stringContaining(other) })
    expect(await look('ACR1252')).toMatchObject({ ok: false, text: expect.stringContaining(name) })
  })

  test('needs its add-on compiled: one that is not there is noticed', () => {
    expect(isCardLibraryBuilt()).toBe(true)
    const folder = mkdtempSync(join(tmpdir(), 'evengate-unbuilt-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const unbuilt = join(folder, 'node_modules/@pokusew/pcsclite')
    mkdirSync(unbuilt, { recursive: true })
    writeFileSync(join(unbuilt, 'package.json'), '{}')
    expect(isCardLibraryBuilt(join(folder, 'program.js'))).toBe(false)
    mkdirSync(join(unbuilt, 'build/Release'), { recursive: true })
    writeFileSync(join(unbuilt, 'build/Release/pcsclite.node'), '')
    expect(isCardLibraryBuilt(join(folder, 'program.js'))).toBe(true)
  })

  test('without its service is said to be so', async () => {
    const findings = await examine(
      { card: [{ id: 'reader', driver: 'pcsc', reader: 'ACR' }] },
      { PCSCLITE_CSOCK_NAME: '/nowhere/pcscd.comm' },
    )
    expect(findings.find(({ part }) => part === 'reader')).toMatchObject({
      ok: false,
      text: expect.stringContaining('apt-get'),
    })
  })
})

test.skipIf(!needPart('ffmpeg'))('a camera is good when one picture comes', async () => {
  const camera = { id: 'cam', driver: 'ffmpeg', input: 'testsrc=size=320x240:rate=5', format: 'lavfi' }
  expect((await examine({ face: [camera] })).find(({ part }) => part === 'cam')).toMatchObject({ ok: true })
})

test.skipIf(!needPart('socat'))('a keypad is good when its line can be opened', async () => {
  await using line = await openPty()
  const keypad = { id: 'pad', driver: 'serial', device: line.device }
  expect((await examine({ keypad: [keypad] })).find(({ part }) => part === 'pad')).toMatchObject({ ok: true })
})
