// Whose faces the face part holds, in the moments in which it matters: while somebody ends his, while the part starts anew, while the
// disk fails, and with thousands of faces.

import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { done, failed, type Result } from '../../config/words.ts'
import { keepGallery } from '../../daemon/gallery.ts'
import { faceId, faceIds, playFace, playStore } from './played-face.ts'

const start = async (count: number) => {
  const store = playStore(faceIds(count))
  const face = playFace()
  const gallery = keepGallery('south', store, face.link)
  const restart = () => {
    face.goDown()
    face.comeUp()
    gallery.reload()
  }
  face.comeUp()
  gallery.reload()
  await gallery.sync()
  return { store, face, gallery, restart }
}

/** An end of this face whose answer comes when the test says so. */
const endSlowly = ({ gallery }: Pick<Awaited<ReturnType<typeof start>>, 'gallery'>, id: string) => {
  const { promise, resolve } = Promise.withResolvers<Result<void>>()
  const ended = gallery.end([id], () => promise)
  return {
    answer: (result: Result<void>) => {
      resolve(result)
      return ended
    },
  }
}

const [ending, other] = [faceId(0), faceId(1)]

describe('a face that somebody is ending', () => {
  test('is not given back by a sweep while the store has not answered', async () => {
    const { face, gallery } = await start(2)
    endSlowly({ gallery }, ending)
    await gallery.sync()
    expect([...face.holds.keys()]).toEqual([other])
  })

  test('is asked for again when the disk gave no answer', async () => {
    const { gallery } = await start(2)
    const answers: Result<void>[] = [failed('store_busy'), failed('write_unanswered'), done(undefined)]
    let asked = 0
    await gallery.end([ending], async () => answers[asked++] ?? done(undefined))
    for (let sweep = 0; sweep < 4; sweep++) await gallery.sync()
    expect(asked).toBe(3)
  })

  test('holds up neither the end of another nor a part that starts anew, however long the disk owes its answer', async () => {
    const { store, face, gallery, restart } = await start(3)
    const answers = [Promise.resolve(failed('write_unanswered')), new Promise<Result<void>>(() => undefined)]
    await gallery.end([ending], () => answers.shift() ?? Promise.resolve(done(undefined)))
    while (answers.length > 0) await setImmediate()
    store.faces.delete(other)
    void gallery.sync()
    for (let turn = 0; turn < 50; turn++) await setImmediate()
    expect([...face.holds.keys()]).toEqual([faceId(2)])
    restart()
    for (let turn = 0; turn < 50; turn++) await setImmediate()
    expect([...face.holds.keys()]).toEqual([faceId(2)])
  })

  test('is not given to a part that starts anew while the store has not answered', async () => {
    const { face, gallery, restart } = await start(2)
    endSlowly({ gallery }, ending)
    restart()
    await gallery.sync()
    expect([...face.holds.keys()]).toEqual([other])
  })

  test.each([
    'write_unanswered',
    'store_busy',
    'store_full',
    'writer_lost',
  ])('stays forgotten after %s, by sweeps and by a part that starts anew', async (code) => {
    const { face, gallery, restart } = await start(2)
    expect(await endSlowly({ gallery }, ending).answer(failed(code))).toEqual(failed(code))
    await gallery.sync()
    restart()
    await gallery.sync()
    expect([...face.holds.keys()]).toEqual([other])
  })

  test('comes back when the store refuses for a reason of its own', async () => {
    const { face, gallery } = await start(2)
    await endSlowly({ gallery }, ending).answer(failed('credential_unknown'))
    await gallery.sync()
    expect([...face.holds.keys()].sort()).toEqual([ending, other])
  })

  test('that two are ending comes back when both were refused, not before', async () => {
    const { face, gallery } = await start(2)
    const [first, second] = [endSlowly({ gallery }, ending), endSlowly({ gallery }, ending)]
    await first.answer(failed('consent_missing'))
    await gallery.sync()
    expect([...face.holds.keys()]).toEqual([other])
    await second.answer(failed('consent_missing'))
    await gallery.sync()
    expect(face.holds.size).toBe(2)
  })

  test('is not among those of a load that has begun before', async () => {
    const { face, gallery, restart } = await start(300)
    const last = faceId(299)
    face.sent.length = 0
    restart()
    while (face.sent.length === 0) await setImmediate()
    endSlowly({ gallery }, last)
    await gallery.sync()
    expect(face.sent).not.toContain(last)
    expect(face.holds.size).toBe(299)
  })

  type Step =
    | { readonly kind: 'enrol' | 'end'; readonly face: number }
    | { readonly kind: 'answer'; readonly outcome: 'done' | 'refused' | 'unanswered' | 'late' }
    | { readonly kind: 'restart' | 'goDown' | 'comeUp' | 'sweep' | 'turn' }

  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({
      kind: fc.constantFrom('enrol' as const, 'end' as const),
      face: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 200 })),
    }),
    fc.record({
      kind: fc.constant('answer' as const),
      outcome: fc.constantFrom('done', 'refused', 'unanswered', 'late'),
    }),
    fc.record({ kind: fc.constantFrom('restart' as const, 'goDown' as const, 'comeUp' as const, 'sweep' as const) }),
    fc.record({ kind: fc.constant('turn' as const) }),
  )

  test('is held by no part at any time, whatever happens meanwhile, and all others are in the end', async () => {
    const run = async (steps: readonly Step[]) => {
      const { store, face, gallery } = await start(150)
      const asked = new Set<string>()
      const open: { id: string; answer: (result: Result<void>) => unknown }[] = []
      const lookAt = () => expect([...face.holds.keys()].filter((id) => asked.has(id))).toEqual([])
      const comeUp = () => {
        if (face.link.isUp()) return
        face.comeUp()
        gallery.reload()
      }
      const take = async (one: Step) => {
        if (one.kind === 'enrol' && !asked.has(faceId(one.face))) store.faces.add(faceId(one.face))
        else if (one.kind === 'end') {
          const id = faceId(one.face)
          asked.add(id)
          open.push({ id, ...endSlowly({ gallery }, id) })
        } else if (one.kind === 'answer') {
          const first = open.shift()
          if (!first) return
          if (one.outcome === 'done' || one.outcome === 'late') store.faces.delete(first.id)
          if (one.outcome === 'refused' && !open.some(({ id }) => id === first.id)) asked.delete(first.id)
          const answers = { done: done(undefined), refused: failed('consent_missing') }
          void first.answer(
            one.outcome === 'done' || one.outcome === 'refused' ? answers[one.outcome] : failed('write_unanswered'),
          )
        } else if (one.kind === 'goDown' || one.kind === 'restart') face.goDown()
        if (one.kind === 'comeUp' || one.kind === 'restart') comeUp()
        if (one.kind === 'sweep') void gallery.sync()
        if (one.kind === 'turn') await setImmediate()
      }
      for (const one of steps) {
        await take(one)
        await Promise.resolve()
        lookAt()
      }
      comeUp()
      await gallery.sync()
      lookAt()
      const expected = [...store.faces].filter((id) => !asked.has(id)).sort()
      expect([...face.holds.keys()].sort()).toEqual(expected)
      expect([...face.holds.values()].every((templates) => templates === 3)).toBe(true)
    }
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), run), { numRuns: 150 })
  })
})

describe('a gallery of thousands', () => {
  test('is read and sent a little at a time', async () => {
    const { store, face } = await start(2000)
    expect(face.holds.size).toBe(2000)
    expect(store.reads.mostInOneTurn).toBeLessThanOrEqual(100)
  })

  test('is not read again by a sweep that finds nothing new', async () => {
    const { store, gallery } = await start(2000)
    store.reads.templates = 0
    await gallery.sync()
    expect(store.reads.templates).toBe(0)
  })

  test('costs a sweep only the templates of whoever is new', async () => {
    const { store, face, gallery } = await start(2000)
    store.reads.templates = 0
    store.faces.add('c_new')
    await gallery.sync()
    expect(store.reads.templates).toBe(3)
    expect(face.holds.get('c_new')).toBe(3)
  })
})

describe('a store that cannot be read', () => {
  test('costs nobody his face, and the next sweep goes on', async () => {
    const { store, face, gallery } = await start(3)
    store.faces.add('c_new')
    store.fail = true
    await gallery.sync()
    expect(face.holds.size).toBe(3)
    store.fail = false
    await gallery.sync()
    expect(face.holds.size).toBe(4)
  })

  test('while a part starts anew leaves it empty until the next sweep', async () => {
    const { store, face, gallery, restart } = await start(3)
    store.fail = true
    restart()
    await gallery.sync()
    expect(face.holds.size).toBe(0)
    store.fail = false
    await gallery.sync()
    expect(face.holds.size).toBe(3)
  })
})
