// The gallery on its way to the face part, over a real socket: thousands of templates, a part that is slow, a forget in the midst of
// them, a forget that cannot be sent.

import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { done, systemClock } from '../../config/words.ts'
import { openFaceLink } from '../../daemon/face-link.ts'
import { keepGallery } from '../../daemon/gallery.ts'
import type { PartEvents } from '../../daemon/part-slot.ts'
import { ownSockets } from '../../daemon/sockets.ts'
import { startSupervisor } from '../../daemon/supervisor.ts'
import { type Link, openLink } from '../../drivers/link.ts'
import { type FromPart, PROTOCOL_VERSION, type ToPart } from '../../drivers/protocol.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { faceId, faceIds, playStore } from './played-face.ts'

const FACES = 4000
const TEMPLATES = 3 * FACES
/** A load of this many bytes is several times what a link holds. */
const LOAD_LIMIT_MS = 15_000

const openSocketPair = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gallery-'))
  const accepted = Promise.withResolvers<Socket>()
  const server = createServer((socket) => accepted.resolve(socket))
  await new Promise<void>((resolve) => server.listen(join(folder, 's.sock'), resolve))
  const near = connect(join(folder, 's.sock'))
  const far = await accepted.promise
  onTestFinished(() => {
    near.destroy()
    far.destroy()
    server.close()
    rmSync(folder, { recursive: true })
  })
  return { near, far }
}

/** main on the near side; on the far side a part that says what it was sent, and reads nothing while `reading` is false. */
const startMain = async (count: number) => {
  const { near, far } = await openSocketPair()
  const heard = { confirms: true, templates: 0, lasts: 0, credentials: new Set<string>(), forgotten: [] as string[] }
  let killed = 0
  let renewed = 0
  let up = true
  const part: Link = openLink(far, {
    onMessage: (raw) => {
      const message = raw as ToPart
      if (message.type === 'gallery_add') {
        heard.templates += message.templates.length
        heard.lasts += message.last ? 1 : 0
        for (const { credential } of message.templates) heard.credentials.add(credential)
        if (message.last && heard.confirms) part.send({ type: 'gallery', templates: heard.templates, unreadable: 0 })
      }
      if (message.type !== 'forget') return
      heard.forgotten.push(...message.credentials)
      part.send({ type: 'forgotten', request: message.request } satisfies FromPart)
    },
    onClose: () => undefined,
  })
  const link = openLink(near, {
    onMessage: (message) => face.take(message as FromPart),
    onClose: () => {
      up = false
      face.lose()
    },
  })
  const face = openFaceLink({
    clock: systemClock,
    renew: () => {
      renewed += 1
    },
    send: (message) => link.send(message),
    drain: (limitMs) => link.drain(limitMs),
    isUp: () => up,
    kill: () => {
      killed += 1
      link.close()
    },
  })
  const store = playStore(faceIds(count))
  return {
    far,
    heard,
    face,
    link,
    store,
    gallery: keepGallery('south', store, face),
    killed: () => killed,
    renewed: () => renewed,
  }
}

describe('a gallery larger than what the link holds', () => {
  test('arrives whole, and its end is said once', { timeout: 2 * LOAD_LIMIT_MS }, async () => {
    const { heard, gallery } = await startMain(FACES)
    gallery.reload()
    await gallery.sync()
    await waitUntil('the last batch', () => heard.lasts > 0, LOAD_LIMIT_MS)
    expect(heard).toMatchObject({ templates: TEMPLATES, lasts: 1 })
    expect(heard.credentials.size).toBe(FACES)
  })

  test('does not stand in the way of a withdrawal', { timeout: 2 * LOAD_LIMIT_MS }, async () => {
    const { heard, gallery, killed } = await startMain(FACES)
    const [first, last] = [faceId(0), faceId(FACES - 1)]
    gallery.reload()
    await waitUntil('the first batch', () => heard.templates > 0)
    await gallery.end([first, last], async () => done(undefined))
    expect(heard.forgotten).toEqual([first, last])
    expect(heard.templates).toBeLessThan(TEMPLATES / 2)
    await gallery.sync()
    await waitUntil('the last batch', () => heard.lasts > 0, LOAD_LIMIT_MS)
    expect(heard.credentials.has(last)).toBe(false)
    expect(killed()).toBe(0)
  })

  test('waits for a part that reads nothing for a while, with no more on the way than the link holds', {
    timeout: 2 * LOAD_LIMIT_MS,
  }, async () => {
    const { far, heard, gallery, store } = await startMain(FACES)
    gallery.reload()
    await waitUntil('the first batch', () => heard.templates > 0)
    far.pause()
    const before = store.reads.templates
    await pause(300)
    expect(store.reads.templates - before).toBeLessThan(1000)
    far.resume()
    await gallery.sync()
    await waitUntil('the last batch', () => heard.lasts > 0, LOAD_LIMIT_MS)
    expect(heard.templates).toBe(TEMPLATES)
  })
})

describe('a gallery that is added', () => {
  test('is confirmed by a part that takes it', async () => {
    const { face, gallery, killed } = await startMain(3)
    gallery.reload()
    await gallery.sync()
    await waitUntil('the confirmation', () => face.gallery() !== undefined)
    expect(killed()).toBe(0)
  })

  test('and not confirmed within a second ends the part, so that nobody is matched', async () => {
    const { heard, gallery, killed } = await startMain(3)
    heard.confirms = false
    gallery.reload()
    const since = systemClock.monotonic()
    await waitUntil('the end of the part', () => killed() > 0)
    expect(systemClock.monotonic() - since).toBeLessThan(1500)
  })
})

describe('a forget', () => {
  test('of somebody whom the part holds has the part replaced, of somebody else not', async () => {
    const { gallery, renewed } = await startMain(3)
    gallery.reload()
    await gallery.sync()
    await gallery.end([faceId(7)], async () => done(undefined))
    expect(renewed()).toBe(0)
    await gallery.end([faceId(1)], async () => done(undefined))
    expect(renewed()).toBe(1)
  })

  test('that cannot be sent ends the part before anybody is told that it is done', async () => {
    const { far, link, face, killed } = await startMain(0)
    far.pause()
    while (link.send({ filler: 'x'.repeat(500_000) }));
    await face.forget([faceId(1)])
    expect(killed()).toBe(1)
    expect(face.isUp()).toBe(false)
  })

  test('of a part that is not there is done at once', async () => {
    const { link, face, killed } = await startMain(0)
    link.close()
    await face.forget([faceId(1)])
    expect(killed()).toBe(0)
  })
})

test('a part that is replaced is not heard any more, whatever it has said before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'replaced-'))
  const heard: string[] = []
  const spec = { part: 'face' as const, args: [], settings: {}, env: {}, devices: ['camera'] }
  const events: PartEvents = {
    onMessage: (_, message) => void heard.push(message.type),
    onPart: (_, state) => void heard.push(state),
  }
  const world = { runtimeDirectory: folder, clock: systemClock, sockets: ownSockets, events }
  const supervisor = startSupervisor([spec], world)
  onTestFinished(async () => {
    await supervisor.stop()
    rmSync(folder, { recursive: true })
  })
  const said = (message: FromPart) => void link.send(message)
  await pause(0)
  const link = openLink(connect(join(folder, 'face.sock')), { onMessage: () => undefined, onClose: () => undefined })
  // No process has this number: the part is another user's, and cannot be killed.
  said({ type: 'hello', part: 'face', version: PROTOCOL_VERSION, pid: 2 ** 22 + 1 })
  said({ type: 'ready' })
  await waitUntil('up', () => heard.includes('up'))
  heard.length = 0
  for (let n = 0; n < 100; n++) said({ type: 'gallery', templates: n, unreadable: 0 })
  supervisor.replace('face', 'SIGKILL')
  expect(supervisor.isUp('face')).toBe(false)
  await pause(50)
  expect(heard).toEqual(['down'])
})
