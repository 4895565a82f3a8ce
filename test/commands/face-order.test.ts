// What `face enrol` refuses before anybody stands in front of a camera, on a real store with a clock that a test can turn.

import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import { hashNotice } from '../../config/notice.ts'
import type { Config } from '../../config/settings.ts'
import { hide, reveal, systemClock, type WallMs } from '../../config/words.ts'
import { CONFIRMED_LIMIT_MS, faceEnrol } from '../../daemon/commands/face.ts'
import type { Daemon } from '../../daemon/daemon.ts'
import { createEnrolments } from '../../daemon/enrolments.ts'
import type { FaceLink } from '../../daemon/face-link.ts'
import {
  addPerson,
  consentOf,
  giveCard,
  makePlace,
  mirror,
  model,
  office,
  openLedger,
  openReads,
  refusal,
  take,
} from '../store/place.ts'

const loaded = loadConfig(resolve(import.meta.dirname, '../../config/simulated.example.yaml'))
if (!loaded.ok) throw new Error('the example is refused')
const example = loaded.value

const sealed = {
  sealed: Buffer.alloc(64, 1).toString('base64'),
  wrappedKey: Buffer.alloc(60, 2).toString('base64'),
  model,
}

type Camera = FaceLink['enrol']
const atOnce: Camera = async () => [sealed, sealed, sealed]

const makeGate = async (config: Config = example, camera = atOnce) => {
  const secret = hide(Buffer.alloc(32, 7))
  let atReader = async (): Promise<void> => undefined
  const opened = await openLedger(makePlace())
  const facts = openReads(opened)
  take(await mirror(opened.ledger, undefined, { noticeHash: hashNotice(config) }))
  const asked: string[] = []
  const enrolments = createEnrolments({
    enrol: (...given: Parameters<Camera>) => {
      asked.push(given[0].credential)
      return camera(...given)
    },
  })
  let lateMs = 0
  let stopped = false
  const daemon = {
    config,
    model,
    facts,
    ledger: opened.ledger,
    clock: { ...systemClock, wall: () => (systemClock.wall() + lateMs) as WallMs },
    enrolments,
    gallery: { sync: async () => undefined },
    calibration: { renew: async () => ({ ok: true }) },
    boundFaces: {
      tellCards: () => undefined,
      awaitSecret: async () => {
        await atReader()
        return { ok: true, value: secret }
      },
    },
    faceStop: { isStopped: () => stopped },
  } as unknown as Daemon
  const enrol = (resident: string) => faceEnrol(daemon, { resident }, { tell: () => true, onLeave: () => undefined })
  const enrolOn = (resident: string, onCard: string) =>
    faceEnrol(daemon, { resident, onCard }, { tell: () => true, onLeave: () => undefined })
  const consent = async (residentId: string, more: object = {}) =>
    take(
      await opened.ledger.write(
        'recordConsent',
        { ...consentOf(residentId), noticeHash: hashNotice(config), ...more },
        office,
      ),
    )
  return {
    ...{ ...opened, facts, enrol, consent, asked, stop: enrolments.stop },
    enrolOn,
    secret,
    onTap: (work: () => Promise<void>) => {
      atReader = work
    },
    stopFaces: () => {
      stopped = true
    },
    turnClock: (ms: number) => {
      lateMs = ms
    },
  }
}

const confirmedResident = async (gate: Awaited<ReturnType<typeof makeGate>>, more: object = {}) => {
  const residentId = await addPerson(gate.ledger)
  const { credentialId } = await giveCard(gate.ledger, gate.facts, residentId)
  await gate.consent(residentId, more)
  take(await gate.ledger.write('confirmConsent', { residentId, credentialId }, office))
  return { residentId, credentialId }
}

test('a face is enrolled under the credential that the seal was made for', async () => {
  const gate = await makeGate()
  const { residentId } = await confirmedResident(gate)
  const enrolled = take(await gate.enrol(residentId))
  expect(gate.asked).toEqual([(enrolled as { credentialId: string }).credentialId])
})

test('a consent that ends while he goes to the reader with his card is enrolled on no more, and nobody looks at him', async () => {
  const gate = await makeGate()
  const { residentId, credentialId } = await confirmedResident(gate)
  const [card] = gate.facts.showResident(residentId)?.credentials ?? []
  expect(refusal(await gate.enrolOn(residentId, credentialId))).toBe('bound_card_unfit')
  const proved = { credentialId: card?.id ?? '', generation: 1 }
  take(await gate.ledger.write('raiseCardProof', proved, office))
  gate.onTap(async () => {
    take(await gate.ledger.write('withdrawConsent', { residentId }, office))
  })
  expect(refusal(await gate.enrolOn(residentId, credentialId))).toBe('consent_missing')
  expect(gate.asked).toEqual([])
  expect(reveal(gate.secret)).toEqual(Buffer.alloc(32))
})

test('ten minutes after the resident’s own act nobody is enrolled any more', async () => {
  const gate = await makeGate()
  const { residentId } = await confirmedResident(gate)
  gate.turnClock(CONFIRMED_LIMIT_MS + 1000)
  expect(refusal(await gate.enrol(residentId))).toBe('confirmation_old')
  gate.turnClock(CONFIRMED_LIMIT_MS - 10_000)
  expect(refusal(await gate.enrol(residentId))).toBe('accepted')
})

test('nobody is enrolled while all faces are stopped', async () => {
  const gate = await makeGate()
  const { residentId } = await confirmedResident(gate)
  gate.stopFaces()
  expect(refusal(await gate.enrol(residentId))).toBe('face_stopped')
  expect(gate.asked).toEqual([])
})

test('nobody is enrolled without a consent, or with one for another notice', async () => {
  const gate = await makeGate()
  expect(refusal(await gate.enrol(await addPerson(gate.ledger)))).toBe('consent_missing')
  const { residentId } = await confirmedResident(gate, { noticeHash: 'another' })
  expect(refusal(await gate.enrol(residentId))).toBe('consent_stale')
  expect(gate.asked).toEqual([])
})

test('nobody is enrolled who would have no other way', async () => {
  const gate = await makeGate()
  const { residentId, credentialId } = await confirmedResident(gate)
  take(await gate.ledger.write('revokeCredential', { credentialId, because: 'lost' }, office))
  expect(refusal(await gate.enrol(residentId))).toBe('other_way_missing')
})

test('nobody is enrolled beyond the faces that were planned, but whoever has one may have it anew', async () => {
  const gate = await makeGate({ ...example, face: { ...example.face, plannedFaces: 1 } })
  const [first, second] = [await confirmedResident(gate), await confirmedResident(gate)]
  expect(refusal(await gate.enrol(first.residentId))).toBe('accepted')
  expect(refusal(await gate.enrol(second.residentId))).toBe('faces_beyond_plan')
  expect(gate.asked).toHaveLength(1)
  expect(refusal(await gate.enrol(first.residentId))).toBe('accepted')
})

test('where two proofs are asked for, one of them is no other way', async () => {
  const twoFactor = [['card', 'keypad']] as const
  const gate = await makeGate({ ...example, sides: { ...example.sides, entry: { ...example.sides.entry, twoFactor } } })
  const { residentId } = await confirmedResident(gate)
  expect(refusal(await gate.enrol(residentId))).toBe('other_way_missing')
})

test('a side without a camera enrols nobody', async () => {
  const gate = await makeGate({ ...example, sides: { ...example.sides, entry: { ...example.sides.exit } } })
  const { residentId } = await confirmedResident(gate)
  expect(refusal(await gate.enrol(residentId))).toBe('no_camera')
})

describe('an enrolment whose consent ends on the way', () => {
  /** A person stands before the camera until `release`, or until the enrolment is left. */
  const standing = () => {
    let release = (): void => undefined
    const camera: Camera = (_, __, onLeave) =>
      new Promise((resolve) => {
        release = () => resolve([sealed, sealed, sealed])
        onLeave(() => resolve({ failed: 'stopped' }))
      })
    return { camera, release: () => release() }
  }

  test('is stopped, and keeps nothing', async () => {
    const { camera } = standing()
    const gate = await makeGate(example, camera)
    const { residentId } = await confirmedResident(gate)
    const enrolling = gate.enrol(residentId)
    gate.stop(residentId)
    expect(refusal(await enrolling)).toBe('stopped')
    expect(gate.facts.showResident(residentId)?.face).toBe(0)
  })

  test('keeps nothing though the camera had all it wanted at that moment', async () => {
    const { camera, release } = standing()
    const gate = await makeGate(example, camera)
    const { residentId } = await confirmedResident(gate)
    const enrolling = gate.enrol(residentId)
    release()
    gate.stop(residentId)
    expect(refusal(await enrolling)).toBe('stopped')
    expect(gate.facts.showResident(residentId)?.face).toBe(0)
  })

  test('is another resident’s matter', async () => {
    const { camera, release } = standing()
    const gate = await makeGate(example, camera)
    const { residentId } = await confirmedResident(gate)
    const enrolling = gate.enrol(residentId)
    gate.stop('r_somebodyelse')
    release()
    take(await enrolling)
    expect(gate.facts.showResident(residentId)?.face).toBe(1)
  })
})
