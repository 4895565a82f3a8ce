// A face at a running gate, from the signed form to the end of the consent: real models, pictures before the simulated camera.

import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LedgerLine, ResidentPage } from '../../daemon/store/reads.ts'
import { allPeople, type Look } from '../drivers/face-people.ts'
import { type Gate, type Ran, startGate, until } from './start-gate.ts'

const CARD = '04a1b2c3d4e5f6'
const ENROL_TEST_LIMIT_MS = 60_000

describe.each(allPeople)('with the $pack pack', ({ pack, modelsDirectory, resident: looks, stranger }) => {
  let gate: Gate
  let resident = ''

  const hold = ({ file, view }: Look) => gate.play('entry-camera', { hold: file, ...(view ? { view } : {}) })
  const clear = () => gate.play('entry-camera', { clear: true })
  const page = async () => (await gate.ask('resident show', { resident })) as ResidentPage
  const attempts = async () =>
    ((await gate.ask('log tail', { count: 1000 })) as readonly LedgerLine[]).filter(({ kind }) => kind === 'attempt')
  const seen = async (path: string, outcome: string) =>
    (await attempts()).filter(
      ({ payload }) => JSON.stringify(payload?.['paths']) === `["${path}"]` && payload?.['outcome'] === outcome,
    ).length
  const tap = () => gate.play('entry-card', { tap: CARD })
  /** He comes, stands there, goes, and comes again until the gate has answered. */
  const comesUntil = async (what: string, look: Look, answered: () => Promise<boolean>) => {
    await clear()
    await until(
      what,
      async () => {
        const { file, view } = look
        await gate.play('entry-camera', { show: file, forMs: 2500, ...(view ? { view } : {}) })
        return until('an answer', async () => (await answered()) || undefined, 5000).catch(() => undefined)
      },
      30_000,
    )
    await clear()
  }
  const enrol = async (): Promise<Ran> => {
    const enrolling = gate.cli('face', 'enrol', resident, '--json')
    let ended = false
    void enrolling.then(() => {
      ended = true
    })
    let n = 0
    await until(
      'the end of the enrolment',
      async () => {
        await hold(looks[n++ % 3] ?? looks[0] ?? { file: '' })
        return (await until('a moment', () => ended || undefined, 800).catch(() => undefined)) && true
      },
      ENROL_TEST_LIMIT_MS,
    )
    await clear()
    return enrolling
  }

  beforeAll(async () => {
    gate = await startGate({ changes: { face: { pack, modelsDirectory } }, waitForFace: true })
    await gate.ask('household add', { room: '1204' })
    resident = ((await gate.ask('resident add', { room: '1204', name: 'Li Mei' })) as { residentId: string }).residentId
  })
  afterAll(() => gate?.stop())

  test('a consent needs the resident’s own act, and an enrolment another way in', async () => {
    const form = ['consent', 'record', resident, '--form', 'F-7', '--witness', 'Wang', '--months', '6']
    expect((await gate.cli(...form)).code).toBe(0)
    expect((await gate.cli('face', 'enrol', resident)).stderr).toContain('consent_unconfirmed')
    expect((await gate.cli(...form)).code).toBe(0)
    const [first, second] = (await page()).consents
    expect(first).toMatchObject({ endedBecause: 'replaced' })
    const months = ((second?.expiresAt ?? 0) - (second?.givenAt ?? 0)) / 86_400_000
    expect(months).toBeGreaterThan(180)
    expect(months).toBeLessThan(185)
  })

  test('nothing is kept when the caller leaves the enrolment', async () => {
    const adding = gate.cli('card', 'add', resident)
    await until('the card', async () => {
      await tap()
      return (await gate.status()).credentials.card === 1 || undefined
    })
    await adding
    const granted = await seen('card', 'grant')
    await tap()
    await until('a grant by card', async () => (await seen('card', 'grant')) > granted || undefined)
    await gate.play('entry-keypad', { keys: '1#' })
    await until(
      'the confirmation',
      async () => (await page()).consents.some((one) => one.confirmedAt !== null && one.endedAt === null) || undefined,
    )
    const program = join(resolve(import.meta.dirname, '../..'), 'daemon/main.ts')
    const child = spawn(process.execPath, [program, 'face', 'enrol', resident, '--config', gate.configFile])
    await new Promise((heard) => child.stderr.once('data', heard))
    child.kill('SIGKILL')
    // A second one may begin only because the first has ended.
    await until('an end', async () => {
      const again = spawn(process.execPath, [program, 'face', 'enrol', resident, '--config', gate.configFile])
      const said = await new Promise<string>((heard) => {
        let text = ''
        again.stderr.on('data', (chunk: Buffer) => {
          text += chunk.toString()
          if (text.includes('zone')) setTimeout(() => again.kill('SIGKILL'), 300)
        })
        again.once('close', () => heard(text))
      })
      return !said.includes('enrolment_running') || undefined
    })
    expect((await page()).face).toBe(0)
  })

  test(
    'an enrolment keeps three templates, and then his face opens',
    async () => {
      const enrolled = await until(
        'an enrolment',
        async () => {
          const ran = await enrol()
          return ran.stdout.includes('enrolment_running') ? undefined : ran
        },
        ENROL_TEST_LIMIT_MS,
      )
      expect(enrolled.stdout).toContain('"templates":3')
      expect((await page()).face).toBe(1)
      const before = await seen('face', 'grant')
      await comesUntil('a grant by face', looks[3] ?? { file: '' }, async () => (await seen('face', 'grant')) > before)
    },
    2 * ENROL_TEST_LIMIT_MS,
  )

  test('a stranger is counted and leaves no event', async () => {
    const before = (await attempts()).length
    const counted = async () =>
      (await gate.status()).counted
        .filter(({ what }) => what === 'unknown_face')
        .reduce((sum, { count }) => sum + count, 0)
    const seenBefore = await counted()
    await comesUntil('a count', stranger[0] ?? { file: '' }, async () => (await counted()) > seenBefore)
    expect((await attempts()).length).toBe(before)
  })

  test('the office’s withdrawal ends it at once, and the card goes on', async () => {
    expect((await gate.cli('consent', 'withdraw', resident)).code).toBe(0)
    expect(await page()).toMatchObject({ face: 0 })
    const before = await seen('face', 'grant')
    // The process that held the face is replaced.
    const isUp = async () => (await gate.status()).sides.entry?.face?.every(({ state }) => state === 'up') || undefined
    await until('the new face process', isUp, ENROL_TEST_LIMIT_MS)
    await hold(looks[3] ?? { file: '' })
    // As long as a grant took before; nothing else says that nothing happens.
    const opened = until('a grant by face', async () => (await seen('face', 'grant')) > before || undefined, 2500)
    await expect(opened).rejects.toThrow('did not come')
    const granted = await seen('card', 'grant')
    await tap()
    await until('a grant by card', async () => (await seen('card', 'grant')) > granted || undefined)
  })
})
