// A printed pass before the camera of the running gate: filmed askew, out of focus and in the dusk by ffmpeg, it opens once, and never
// again; a face that stands beside it is nobody's business.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hide, systemClock, type WallMs } from '../../config/words.ts'
import { issuePass } from '../../daemon/pass-issue.ts'
import type { PassLine } from '../../daemon/store/passes.ts'
import { readPass } from '../../drivers/pass/text.ts'
import { people } from '../line/camera-plan.ts'
import {
  addPerson,
  byOffice,
  type GatePlace,
  makeGatePlace,
  type Person,
  prepareStore,
  readLedger,
  readStore,
  take,
} from '../line/gate-place.ts'
import { type RunningGate, runGate } from '../line/running-gate.ts'
import { needPart } from '../parts.ts'
import { filmInto } from './printed-pass.ts'

const START_LIMIT_MS = 60_000
/** Twice the film, and what a busy machine takes. */
const SHOW_LIMIT_MS = 40_000

describe.skipIf(!needPart('ffmpeg'))('a printed pass at the gate', () => {
  let folder = ''
  let place: GatePlace
  let gate: RunningGate
  let host: Person | undefined
  let pass: { readonly credentialId: string; readonly qr?: string } | undefined

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eg-pass-'))
    place = await makeGatePlace((plan) => {
      const camera = { id: 'entry-camera', driver: 'ffmpeg', input: join(folder, 'film.avi'), loop: true, passes: true }
      plan.sides.entry.face = [camera]
      plan.face = { pack: people.pack, modelsDirectory: people.modelsDirectory }
    })
    await prepareStore(place, async (open) => {
      host = await addPerson(open)
      const expiresAt = (Date.now() + 3_600_000) as WallMs
      const wish = { residentId: host.residentId, issuedBy: 'office', expiresAt, uses: 1 } as const
      pass = take(await issuePass({ ...open, clock: systemClock }, wish, byOffice))
    })
    await filmInto(folder, pass?.qr ?? '', { askew: true, blur: 0.8, dim: true })
    gate = await runGate(place)
  }, START_LIMIT_MS)
  afterAll(async () => {
    await gate?.stop()
    await place?.[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  test('opens once, is denied when it is shown again, and is judged as a code', {
    timeout: 3 * SHOW_LIMIT_MS,
  }, async () => {
    const first = await gate.attempt('keypad', SHOW_LIMIT_MS)
    expect(first.attempt).toMatchObject({ side: 'entry', proofs: [{ path: 'keypad', shown: 'qr' }] })
    expect(first.decision).toMatchObject({
      outcome: 'grant',
      reason: 'right',
      visitor: true,
      credentialIds: [pass?.credentialId],
    })
    await gate.relayOn(first)
    const second = await gate.attempt('keypad', SHOW_LIMIT_MS)
    expect(second.decision).toMatchObject({ outcome: 'deny', reason: 'credential_used_up' })
    // Held for three seconds and read a dozen times, it was one attempt each time.
    expect(second.attempt.at - first.attempt.at).toBeGreaterThan(5000)
    expect(
      readLedger(place, 'attempt')
        .map(({ payload }) => [payload?.['outcome'], payload?.['shown']])
        .slice(0, 2),
    ).toEqual([
      ['grant', 'qr'],
      ['deny', 'qr'],
    ])
    const [line] = take(await gate.ask('pass list', { all: true })) as readonly PassLine[]
    expect(line).toMatchObject({ usesLeft: 0 })
  })

  test('a card that stands beside it opens meanwhile', async () => {
    await gate.play('entry-card', { tap: host?.card })
    expect((await gate.attempt('card')).decision).toMatchObject({ outcome: 'grant' })
  })

  test('the store keeps a keyed hash of it and no token', () => {
    const token = readPass(pass?.qr ?? '') ?? ''
    expect(token).toMatch(/^[0-9a-f]{32}$/)
    const found = readStore(place, (facts) => {
      const query = {
        gate: 'south',
        side: 'entry',
        wall: Date.now() as WallMs,
        monotonic: systemClock.monotonic(),
      } as const
      const proofs = [{ path: 'keypad', token: facts.cardKey(hide(Buffer.from(token, 'hex'))) }] as const
      const rest = {
        clockTrusted: true,
        timeZone: 'Asia/Shanghai',
        mode: 'controlled',
        controllerFault: false,
        graceDays: 7,
      } as const
      return facts.readFacts({ ...query, ...rest, proofs }).proofs[0]?.credential?.id
    })
    expect(found).toBe(pass?.credentialId)
    expect(JSON.stringify(readLedger(place))).not.toContain(token)
    expect(gate.stderr()).not.toContain(token)
  })
})
