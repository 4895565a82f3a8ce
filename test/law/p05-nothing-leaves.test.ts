// P5 and P11 in the face process: while it enrols, reads and counts people, every system call by which bytes could leave it is watched.
// Of the picture and of the vectors, known here because the same model computes them from the same scene, nothing is in any of them.

import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { drawScene, view } from '../../drivers/camera/scene.ts'
import type { Enrolment, FromPart } from '../../drivers/protocol.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { openFaceModel } from '../../models/face-model.ts'
import { allPeople, type Look } from '../drivers/face-people.ts'
import { type PlayedMain, playMain, waitUntil } from '../drivers/play-main.ts'
import { needPart } from '../parts.ts'

const LIMIT_MS = 60_000
const credential = 'c_residentaaaa'
const size = { width: 640, height: 480 }
const zone = { x: 0.15, y: 0.05, width: 0.7, height: 0.9, minFacePixels: 80 }
const camera = { id: 'entry-face', side: 'entry', driver: 'folder', framesPerSecond: 10, zone, ...size }
/** By these (some are of other processors' kernels only) bytes leave a process, or a file or connection is opened through which they could. */
const writing = 'write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,sendmmsg,splice,sendfile,vmsplice'
const opening = 'open,openat,openat2,creat,connect,bind,rename,renameat,renameat2,link,linkat,symlinkat,memfd_create'
/** Longer than any message of a part to main. */
const STRING_LIMIT = 200_000

let folder = ''
let settings: object = {}
const [people] = allPeople
if (!people) throw new Error('unreachable: the pack from npm is always there')
const { pack, modelsDirectory } = people

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eg-leave-'))
  const templateKeyFile = join(folder, 'template.key')
  await writeFile(templateKeyFile, randomBytes(32).toString('hex'), { mode: 0o600 })
  const looking = { start: 'zone', frames: 3, targetFpir: 0.01 }
  settings = { devices: [camera], pack, modelsDirectory, threads: 1, templateKeyFile, ...looking }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What could betray a person: a row of his face's pixels, and each vector in the forms in which a program writes numbers. */
const canariesOf = async (looks: readonly Look[]): Promise<readonly Buffer[]> => {
  const opened = await openFaceModel({ pack, modelsDirectory, threads: 1 })
  if (!opened.ok) throw new Error(opened.code)
  const found: Buffer[] = []
  for (const { file, view: shown } of looks) {
    const scene = await drawScene(file, size, v.parse(view, shown ?? {}))
    if (!scene.ok) throw new Error(scene.code)
    const picture = { ...size, rgb: scene.value }
    const [face] = await opened.value.detect(picture)
    if (!face) throw new Error('no face in the picture')
    const middle = (Math.round(face.y + face.height / 2) * size.width + Math.round(face.x + face.width / 2)) * 3
    found.push(Buffer.from(picture.rgb.slice(middle, middle + 24)))
    const vector = await opened.value.embed(picture, face)
    const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
    found.push(bytes.subarray(0, 12), bytes.subarray(-12), Buffer.from(bytes.toString('base64').slice(0, 24)))
    found.push(Buffer.from(bytes.toString('hex').slice(0, 24)), Buffer.from(JSON.stringify(vector[0])))
  }
  await opened.value.close()
  return found
}

const watchCalls = async (pid: number, file: string): Promise<ChildProcess> => {
  const asked = [
    '-f',
    '-xx',
    '-s',
    String(STRING_LIMIT),
    '-e',
    `trace=${[writing, opening].join(',').replaceAll(/(?=\b\w)/g, '?')}`,
    '-o',
    file,
    '-p',
    String(pid),
  ]
  const strace = spawn('strace', asked, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  strace.stderr.on('data', (text: Buffer) => {
    said += text
  })
  await waitUntil('strace', () => said.includes('attached'), LIMIT_MS)
  return strace
}

const unhex = (text: string): Buffer => Buffer.from(text.replaceAll('\\x', ''), 'hex')
type Call = { readonly name: string; readonly text: string; readonly strings: readonly Buffer[] }

const readCalls = async (file: string): Promise<readonly Call[]> =>
  (await readFile(file, 'latin1')).split('\n').flatMap((line) => {
    const name = /^\d+\s+(\w+)\(/.exec(line)?.[1]
    if (name === undefined) return []
    const strings = [...line.matchAll(/"((?:\\x[0-9a-f]{2})+)"/g)].map(([, text]) => unhex(text ?? ''))
    return [{ name, text: line, strings }]
  })

const isEnrolment = (m: FromPart): m is Enrolment => m.type === 'enrolment'

/** Enrols the resident, lets him be read, and a stranger be counted. */
const playVisits = async (main: PlayedMain, resident: readonly Look[], stranger: Look) => {
  const show = ({ file, view: shown }: Look) =>
    playDevice(main.runtimeDirectory, camera.id, { hold: file, ...(shown ? { view: shown } : {}) })
  const clear = () => playDevice(main.runtimeDirectory, camera.id, { clear: true })
  main.send({ type: 'enrol', request: 'e1', credential, side: 'entry', forMs: LIMIT_MS })
  let templates: readonly { sealed: string; wrappedKey: string }[] = []
  for (const look of resident.slice(0, 3)) {
    await show(look)
    const { result } = await main.next(
      (m): m is Enrolment => isEnrolment(m) && (m.result.outcome !== 'hint' || /_of_three$/.test(m.result.hint)),
      LIMIT_MS,
    )
    if (result.outcome === 'kept') templates = result.templates
  }
  const batch = templates.map(({ sealed, wrappedKey }) => ({ credential, sealed, wrappedKey }))
  main.send({ type: 'gallery_add', templates: batch, last: true })
  await clear()
  await main.next((m) => m.type === 'gallery')
  const gone = async (looks: Look, ends: (m: FromPart) => boolean) => {
    // Whoever was there is gone after a second; shown again until he is answered.
    const from = main.messages.length
    await waitUntil(
      'an answer',
      async () => {
        await clear()
        await new Promise((resolve) => setTimeout(resolve, 1500))
        await show(looks)
        await new Promise((resolve) => setTimeout(resolve, 2500))
        await clear()
        await new Promise((resolve) => setTimeout(resolve, 1500))
        return main.messages.slice(from).some(ends)
      },
      LIMIT_MS,
    )
  }
  await gone(resident[3] ?? stranger, (m) => m.type === 'reading')
  await gone(stranger, (m) => m.type === 'count' && m.what === 'unknown_face')
}

describe.skipIf(!needPart('strace'))('the face process', () => {
  test('writes no part of a picture and no vector anywhere, and opens nothing to write to', {
    timeout: 3 * LIMIT_MS,
  }, async () => {
    const [stranger] = people.stranger
    if (!stranger) throw new Error('too few looks')
    const canaries = await canariesOf([...people.resident.slice(0, 4), stranger])
    await using main = await playMain('face', settings)
    await main.next((m) => m.type === 'ready', LIMIT_MS)
    const file = join(folder, 'calls')
    const strace = await watchCalls(main.child.pid ?? -1, file)
    await playVisits(main, people.resident, stranger)
    strace.kill('SIGINT')
    await once(strace, 'exit')
    const calls = await readCalls(file)
    const written = calls.flatMap(({ strings }) => strings)
    // What it does tell was seen, so that what was not seen was not told.
    expect(written.some((bytes) => bytes.includes(credential))).toBe(true)
    expect(written.some((bytes) => bytes.includes('unknown_face'))).toBe(true)
    for (const canary of canaries) expect(written.filter((bytes) => bytes.includes(canary))).toEqual([])
    const opened = calls.filter(({ name, text }) => !writing.split(',').includes(name) && !/O_RDONLY/.test(text))
    expect(opened.map(({ text }) => text)).toEqual([])
  })
})
