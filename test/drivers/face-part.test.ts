// The face process as main sees it, with real models and pictures shown by the simulated camera.

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { systemClock } from '../../config/words.ts'
import type { Enrolment, FaceReading, FromPart, SealedTemplate } from '../../drivers/protocol.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { allPeople, type Look, type People } from './face-people.ts'
import { type PlayedMain, playMain, waitUntil } from './play-main.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })

/** Generous: the process runs at the lowest priority, and the tests of the others run beside it. */
const READY_LIMIT_MS = 30_000
const ANSWER_LIMIT_MS = 30_000
/** Longer than a face takes to leave, also on a machine that looks at two frames a second. */
const LEAVE_MS = 2000
const credential = 'c_residentaaaa'
const zone = { x: 0.15, y: 0.05, width: 0.7, height: 0.9, minFacePixels: 80 }
const camera = { id: 'entry-face', side: 'entry', driver: 'folder', width: 640, height: 480, framesPerSecond: 10, zone }

let folder = ''
let keyFile = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eg-face-'))
  keyFile = join(folder, 'template.key')
  await writeFile(keyFile, randomBytes(32).toString('hex'), { mode: 0o600 })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const settingsFor = ({ pack, modelsDirectory }: People, changes: object = {}) => ({
  devices: [camera],
  pack,
  modelsDirectory,
  threads: 1,
  targetFpir: 0.01,
  start: 'zone',
  frames: 3,
  templateKeyFile: keyFile,
  ...changes,
})

const isEnrolment = (m: FromPart): m is Enrolment => m.type === 'enrolment'
const isReading = (m: FromPart): m is FaceReading => m.type === 'reading' && m.path === 'face'
const isReady = (m: FromPart) => m.type === 'ready'

const play = (main: PlayedMain, order: object) => playDevice(main.runtimeDirectory, camera.id, order)
const hold = ({ file, view }: Look, main: PlayedMain) => play(main, { hold: file, ...(view ? { view } : {}) })

/** Shows a new look after each template that was kept. */
const enrol = async (main: PlayedMain, looks: readonly Look[]): Promise<Enrolment['result']> => {
  main.send({ type: 'enrol', request: 'e1', credential, side: 'entry', forMs: ANSWER_LIMIT_MS })
  for (const look of looks.slice(0, 3)) {
    await hold(look, main)
    const { result } = await main.next(
      (m): m is Enrolment => isEnrolment(m) && (m.result.outcome !== 'hint' || /_of_three$/.test(m.result.hint)),
      ANSWER_LIMIT_MS,
    )
    if (result.outcome !== 'hint') return result
  }
  throw new Error('three looks were shown and the enrolment has not ended')
}

const addTemplates = async (main: PlayedMain, templates: readonly SealedTemplate[], id = credential) => {
  const batch = templates.map(({ sealed, wrappedKey }) => ({ credential: id, sealed, wrappedKey }))
  main.send({ type: 'gallery_add', templates: batch, last: true })
  return main.next((m): m is Extract<FromPart, { type: 'gallery' }> => m.type === 'gallery')
}

const waitMs = async (ms: number): Promise<void> => {
  const until = systemClock.monotonic() + ms
  await waitUntil('a while', () => systemClock.monotonic() >= until, ms * 2)
}

/** Who stood there has left, for the part too: where its gallery is not empty, so that it looks. */
const emptyScene = async (main: PlayedMain) => {
  await play(main, { clear: true })
  await waitMs(LEAVE_MS)
}

/** A process with the resident enrolled. */
const startEnrolled = async (people: People) => {
  const since = systemClock.monotonic()
  const main = await playMain('face', settingsFor(people))
  const ready = await main.next(isReady, READY_LIMIT_MS)
  const readyMs = systemClock.monotonic() - since
  const result = await enrol(main, people.resident)
  if (result.outcome !== 'kept') throw new Error(`the enrolment ended ${JSON.stringify(result)}`)
  return { main, ready, readyMs, templates: result.templates }
}

type Told = () => FaceReading[]
/** Readings from now on. */
const listen = (main: PlayedMain): Told => {
  const from = main.messages.length
  return () => main.messages.slice(from).filter(isReading)
}
const nextReading = async (told: Told): Promise<FaceReading> => {
  await waitUntil('a reading', () => told().length > 0, ANSWER_LIMIT_MS)
  const [reading] = told()
  if (!reading) throw new Error('unreachable: waited for a reading and have none')
  return reading
}

describe.each(
  allPeople.map((people) => [people.pack, people] as const),
)('the face process with the pack %s', (pack, people) => {
  const [first, , , probe] = people.resident
  const [stranger] = people.stranger
  if (!first || !probe || !stranger) throw new Error('too few looks')
  let main: PlayedMain
  let started: Awaited<ReturnType<typeof startEnrolled>>
  let told: Told

  beforeAll(async () => {
    started = await startEnrolled(people)
    main = started.main
  })
  afterAll(() => main.stop())
  beforeEach(async () => {
    main.send({ type: 'forget', request: 'anew', credentials: [credential] })
    const gallery = { templates: 3, unreadable: 0, extrapolated: false }
    expect(await addTemplates(main, started.templates)).toMatchObject(gallery)
    await emptyScene(main)
    told = listen(main)
  })

  test('names its model when it is ready, and whether that only assists', () => {
    console.log(`${pack}: start to ready ${Math.round(started.readyMs)} ms`)
    expect(started.ready).toMatchObject({ model: expect.any(String), assistsOnly: pack === 'builtin' })
  })

  test('tells the person who is enrolled how far it is', () => {
    const hints = main.messages.filter(isEnrolment).map(({ result }) => (result.outcome === 'hint' ? result.hint : ''))
    expect(hints).toEqual(expect.arrayContaining(['one_of_three', 'two_of_three']))
  })

  test('reads the resident once and certain', async () => {
    const since = systemClock.monotonic()
    await hold(probe, main)
    const reading = await nextReading(told)
    console.log(`${pack}: show to reading ${Math.round(systemClock.monotonic() - since)} ms`)
    expect(reading).toMatchObject({ device: camera.id, credential, standing: 'certain' })
    await waitMs(LEAVE_MS)
    expect(told()).toHaveLength(1)
  })

  test('counts a stranger, and reads nobody', async () => {
    await hold(stranger, main)
    const from = main.messages.length
    // The pack from npm looks at few frames a second.
    await waitMs(pack === 'builtin' ? 4 * LEAVE_MS : LEAVE_MS)
    await play(main, { clear: true })
    await waitUntil('the count', () => main.messages.slice(from).some((m) => m.type === 'count'), ANSWER_LIMIT_MS)
    expect(main.messages.slice(from).find((m) => m.type === 'count')).toMatchObject({ what: 'unknown_face', count: 1 })
    expect(told()).toEqual([])
  })

  test('a forgotten credential is named no more, though its face stands there', async () => {
    await hold(probe, main)
    await nextReading(told)
    const since = systemClock.monotonic()
    main.send({ type: 'forget', request: 'f1', credentials: [credential] })
    await main.next((m) => m.type === 'forgotten' && m.request === 'f1')
    console.log(`${pack}: forgotten after ${Math.round(systemClock.monotonic() - since)} ms`)
    expect(await addTemplates(main, [])).toMatchObject({ templates: 0 })
    await emptyScene(main)
    await hold(probe, main)
    await waitMs(LEAVE_MS)
    expect(told()).toHaveLength(1)
  })
})

const [people] = allPeople
if (!people) throw new Error('no people')

describe('the face process', () => {
  const [first, , , probe] = people.resident
  if (!first || !probe) throw new Error('too few looks')
  let main: PlayedMain
  let templates: readonly SealedTemplate[] = []
  let told: Told

  beforeAll(async () => {
    ;({ main, templates } = await startEnrolled(people))
  })
  afterAll(() => main.stop())
  beforeEach(async () => {
    main.send({ type: 'forget', request: 'anew', credentials: [credential] })
    await addTemplates(main, templates)
    await emptyScene(main)
    told = listen(main)
  })

  test('survives a corrupt picture and an absent one', async () => {
    const file = join(folder, 'corrupt.jpg')
    await writeFile(file, randomBytes(5000))
    await play(main, { hold: file })
    await play(main, { hold: join(folder, 'absent.jpg') })
    await hold(probe, main)
    expect(await nextReading(told)).toMatchObject({ credential })
  })

  test('forgets a face that is being looked at at that moment', async () => {
    for (let n = 0; n < 5; n++) {
      await hold(probe, main)
      await waitMs(n * 40)
      main.send({ type: 'forget', request: `now${n}`, credentials: [credential] })
      await main.next((m) => m.type === 'forgotten' && m.request === `now${n}`)
      const after = listen(main)
      await waitMs(400)
      expect(after()).toEqual([])
      await addTemplates(main, templates)
      await emptyScene(main)
    }
  })

  test('looks at nobody while it yields, and again afterwards', async () => {
    const since = systemClock.monotonic()
    main.send({ type: 'yield', side: 'entry', forMs: 1500 })
    await hold(probe, main)
    const reading = await nextReading(told)
    expect(reading.at - since).toBeGreaterThan(1500)
  })

  test('reads nobody a second time because of a key or a pause', async () => {
    await hold(probe, main)
    await nextReading(told)
    main.send({ type: 'yield', side: 'entry', forMs: 300 })
    await waitMs(LEAVE_MS)
    main.send({ type: 'pause', side: 'entry', paused: true })
    main.send({ type: 'pause', side: 'entry', paused: false })
    await waitMs(LEAVE_MS)
    expect(told()).toHaveLength(1)
  })

  test('reads nobody who was let in by another way and stands there, and reads him when he comes back', async () => {
    main.send({ type: 'yield', side: 'entry', forMs: 700, letIn: [credential] })
    await hold(probe, main)
    await waitMs(2 * LEAVE_MS)
    expect(told()).toEqual([])
    await emptyScene(main)
    await hold(probe, main)
    await nextReading(told)
  })

  test('reads nobody who was enrolled just now and stands there, and reads him when he comes back', async () => {
    main.send({ type: 'forget', request: 'f2', credentials: [credential] })
    await addTemplates(main, [])
    main.send({ type: 'enrol', request: 'e6', credential, side: 'entry', forMs: ANSWER_LIMIT_MS })
    await hold(first, main)
    const isEnd = (m: FromPart): m is Enrolment => isEnrolment(m) && m.request === 'e6' && m.result.outcome !== 'hint'
    const { result } = await main.next(isEnd, ANSWER_LIMIT_MS)
    if (result.outcome !== 'kept') throw new Error(`the enrolment ended ${JSON.stringify(result)}`)
    await addTemplates(main, result.templates)
    await waitMs(LEAVE_MS)
    expect(told()).toEqual([])
    await emptyScene(main)
    await hold(first, main)
    await nextReading(told)
  })

  test('looks at nobody while its side is paused, and does not mind the pause of the other side', async () => {
    main.send({ type: 'pause', side: 'entry', paused: true })
    main.send({ type: 'pause', side: 'exit', paused: false })
    await hold(probe, main)
    await waitMs(LEAVE_MS)
    expect(told()).toEqual([])
    main.send({ type: 'pause', side: 'entry', paused: false })
    main.send({ type: 'pause', side: 'exit', paused: true })
    await nextReading(told)
  })

  test('answers pings while faces flow', async () => {
    await hold(probe, main)
    const took: number[] = []
    for (let n = 0; n < 20; n++) took.push((await main.ping()).tookMs)
    console.log(`ping while faces flow, worst of 20: ${Math.round(Math.max(...took))} ms`)
    expect(Math.max(...took)).toBeLessThan(5000)
  })

  test('counts templates that it cannot open, and keeps the others', async () => {
    expect(await addTemplates(main, templates, 'c_somebodyelse')).toMatchObject({ templates: 3, unreadable: 3 })
  })

  test('gives an enrolment up when its time is over, and keeps nothing', async () => {
    main.send({ type: 'enrol', request: 'e2', credential, side: 'entry', forMs: 600 })
    const end = await main.next((m) => isEnrolment(m) && m.request === 'e2' && m.result.outcome !== 'hint')
    expect(end).toMatchObject({ result: { outcome: 'failed', because: 'nobody_came' } })
  })

  test('runs one enrolment at a time, and stops it when told', async () => {
    main.send({ type: 'enrol', request: 'e4', credential, side: 'entry', forMs: ANSWER_LIMIT_MS })
    main.send({ type: 'enrol', request: 'e5', credential, side: 'entry', forMs: ANSWER_LIMIT_MS })
    main.send({ type: 'enrol_stop', request: 'e4' })
    const endOf = async (request: string) =>
      (await main.next((m): m is Enrolment => isEnrolment(m) && m.request === request && m.result.outcome !== 'hint'))
        .result
    expect(await endOf('e5')).toEqual({ outcome: 'failed', because: 'enrolment_running' })
    expect(await endOf('e4')).toEqual({ outcome: 'failed', because: 'stopped' })
  })

  test('does not enrol one person under two credentials, and lets nobody in meanwhile', async () => {
    main.send({ type: 'enrol', request: 'e3', credential: 'c_secondperson', side: 'entry', forMs: 2500 })
    await hold(first, main)
    const end = await main.next((m) => isEnrolment(m) && m.request === 'e3' && m.result.outcome !== 'hint')
    expect(end).toMatchObject({ result: { outcome: 'failed', because: 'looks_like_another' } })
    expect(told()).toEqual([])
  })

  test('says nothing of a person, a key or a template on its error stream', async () => {
    await hold(probe, main)
    await nextReading(told)
    for (const secret of [credential, ...templates.flatMap(({ sealed, wrappedKey }) => [sealed, wrappedKey])]) {
      expect(main.stderr()).not.toContain(secret)
    }
  })

  test('ends with main, which gave it the gallery; the next has nobody in it until main says who', async () => {
    await using installed = await playMain('face', settingsFor(people), { asChild: false })
    await installed.next(isReady, READY_LIMIT_MS)
    await addTemplates(installed, templates)
    await installed.goAway()
    expect(await installed.exited()).toEqual({ code: 0, signal: null })
    await installed.comeBack()
    installed.respawn()
    await installed.next(isReady, READY_LIMIT_MS)
    expect(await addTemplates(installed, templates)).toMatchObject({ templates: 3, unreadable: 0 })
  })
})

describe('a face process that lacks something', () => {
  test.each([
    ['the key file', 'template_key_missing', { templateKeyFile: '/nonexistent/template.key' }],
    ['the model files', 'model_file_missing', { pack: 'recommended', modelsDirectory: '/nonexistent' }],
    ['the model that main started with', 'model_changed', { model: 'recommended-000000000000' }],
  ])('without %s says so, stays alive, and its camera is down', async (_, code, changes) => {
    await using main = await playMain('face', settingsFor(people, changes))
    await main.next((m) => m.type === 'fault' && m.code === code, READY_LIMIT_MS)
    expect(await main.next(isReady, READY_LIMIT_MS)).toEqual({ type: 'ready' })
    expect(await main.deviceIs(camera.id, 'down')).toMatchObject({ because: code })
    main.send({ type: 'forget', request: 'f9', credentials: [credential] })
    await main.next((m) => m.type === 'forgotten')
    main.send({ type: 'enrol', request: 'e9', credential, side: 'entry', forMs: 1000 })
    expect(await main.next(isEnrolment)).toMatchObject({ result: { outcome: 'failed', because: code } })
  })

  test('unplugged, its camera is down; plugged in it is up', async () => {
    await using main = await playMain('face', settingsFor(people))
    await main.deviceIs(camera.id, 'up', READY_LIMIT_MS)
    await play(main, { unplug: true })
    expect(await main.deviceIs(camera.id, 'down')).toMatchObject({ because: 'camera_absent' })
    await play(main, { unplug: false })
    await main.deviceIs(camera.id, 'up')
  })

  test('an enrolment on a side without a camera fails at once', async () => {
    await using main = await playMain('face', settingsFor(people))
    await main.next(isReady, READY_LIMIT_MS)
    main.send({ type: 'enrol', request: 'e1', credential, side: 'exit', forMs: 1000 })
    expect(await main.next(isEnrolment)).toMatchObject({ result: { outcome: 'failed', because: 'no_camera' } })
  })
})
