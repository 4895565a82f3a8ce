// P4, P5 and P11 for the whole gate: a day at it, in which residents enrol, pass, withdraw and are erased, with a broker across a cable
// and everything written down: each frame on the cable and on loopback, each byte that any of its processes gives to the kernel, each file
// that it leaves outside the store's folder. Then all of it is searched for what could betray somebody.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reveal } from '../../config/words.ts'
import { drawScene, view } from '../../drivers/camera/scene.ts'
import { openTemplate } from '../../drivers/face/seal.ts'
import { readTemplateKey } from '../../drivers/face/template-key.ts'
import { openFaceModel } from '../../models/face-model.ts'
import { runProgram } from '../commands/start-gate.ts'
import type { Look } from '../drivers/face-people.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { addCamera, people } from '../line/camera-plan.ts'
import {
  addPerson,
  type GatePlace,
  giveConsent,
  makeGatePlace,
  type OpenPlace,
  type Person,
  prepareStore,
  readStore,
  storeKeyOf,
  take,
} from '../line/gate-place.ts'
import { isSign, type RunningGate, runGate } from '../line/running-gate.ts'
import { needPart } from '../parts.ts'
import { type Canary, findKinds, spellBytes, spellText, spellVector } from './canaries.ts'
import { type EgressNet, layEgressNet } from './egress-net.ts'
import { hasEnded, readTraced, type Traced, tracedInto } from './traced-calls.ts'

const LIMIT_MS = 240_000
const START_LIMIT_MS = 60_000
const FACE_LIMIT_MS = 30_000
/** Longer than the camera's pause after a card, and three looks. */
const VISIT_MS = 8000
/** The camera takes a second for gone. */
const ABSENCE_MS = 1500
const HOURS = 24
const size = { width: 640, height: 480 }
const wrongCode = '564738291056'
const unknownCard = '04cafebabe5117'

let folder = ''
let place: GatePlace
let net: EgressNet
let traced: Traced
let missed = Number.NaN
let [withdrawing, erased, always]: Person[] = []
/** Of whom it is: what his face is, in numbers. Sealed: as main forwards it and the store keeps it. */
const [vectors, sealed, secrets]: [Canary[], Canary[], Canary[]] = [[], [], []]

const there = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('nobody there')
  return value
}
const enrolled = there(people.resident[0])
const seen = there(people.resident.at(-1))
const other = there(people.stranger[0])

const consenting = async (open: OpenPlace, name: string, code: string): Promise<Person> => {
  const person = await addPerson(open, { name, code })
  await giveConsent(open, person)
  return person
}

const spellPerson = (who: string, { name, card, code }: Person): readonly Canary[] => [
  ...spellText(`${who}’s name`, name),
  ...spellBytes(`${who}’s card`, Buffer.from(card, 'hex')),
  ...spellText(`${who}’s code`, code),
]

/** What a look’s vector is by the same model, before anybody sealed it. */
const vectorOf = async ({ file, view: shown }: Look): Promise<Float32Array> => {
  const model = take(await openFaceModel({ ...people, threads: 1 }))
  const picture = { ...size, rgb: take(await drawScene(file, size, v.parse(view, shown ?? {}))) }
  const vector = await model.embed(picture, there((await model.detect(picture))[0]))
  await model.close()
  return vector
}

/** Everything enrolled by now, sealed and opened. */
const spellTemplates = (who: string, residentId: string, model: string): void => {
  const key = take(readTemplateKey(join(place.keysDirectory, 'template.key')))
  const found = readStore(place, (facts) => {
    const faces = facts.showResident(residentId)?.credentials.filter(({ kind }) => kind === 'face') ?? []
    return faces.flatMap(({ id }) => facts.readTemplates('south', id).map((one) => ({ ...one, credential: id })))
  })
  expect(found.length).toBeGreaterThan(0)
  for (const { credential, ...blobs } of found) {
    const [blob, wrapped] = [blobs.sealed, blobs.wrappedKey].map((bytes) => Buffer.from(bytes))
    const text = { sealed: there(blob).toString('base64'), wrappedKey: there(wrapped).toString('base64') }
    vectors.push(...spellVector(`${who}’s template`, take(openTemplate(text, { credential, model }, key))))
    sealed.push(...spellBytes(`${who}’s sealed template`, there(blob)))
    sealed.push(...spellBytes(`${who}’s wrapped key`, there(wrapped)))
  }
}

const leave = async (gate: RunningGate) => {
  await gate.play('entry-camera', { clear: true })
  const since = performance.now()
  await waitUntil('nobody there for a while', () => performance.now() - since > ABSENCE_MS, 2 * ABSENCE_MS)
}
const hold = (gate: RunningGate, { file, view: shown }: Look) =>
  gate.play('entry-camera', { hold: file, ...(shown ? { view: shown } : {}) })
const enrol = async (gate: RunningGate, { residentId }: Person, look: Look) => {
  await hold(gate, look)
  take(await gate.ask('face enrol', { resident: residentId }))
  await leave(gate)
}
const passByFace = async (gate: RunningGate, { residentId }: Person, { file, view: shown }: Look) => {
  await gate.play('entry-camera', { show: file, forMs: VISIT_MS, ...(shown ? { view: shown } : {}) })
  const { decision } = await gate.attempt('face', FACE_LIMIT_MS)
  expect(decision).toMatchObject({ outcome: 'grant', residentId })
  await leave(gate)
}
const tap = async (gate: RunningGate, side: string, card: string): Promise<string> => {
  await gate.play(`${side}-card`, { tap: card })
  return (await gate.attempt('card')).decision.reason
}
const type = async (gate: RunningGate, { number }: Person, code: string): Promise<string> => {
  await gate.type('entry-keypad', `${number}*${code}#`)
  return (await gate.attempt('keypad')).decision.reason
}

/** In each hour somebody goes out and comes home by another way, and somebody who is nobody's guest tries. */
const playHour = async (gate: RunningGate, person: Person, hour: number): Promise<void> => {
  expect(await tap(gate, 'exit', person.card)).toBe('exit')
  if (hour % 2 === 0) expect(await tap(gate, 'entry', person.card)).toBe('right')
  else expect(await type(gate, person, person.code)).toBe('right')
  if (hour % 6 === 0) expect(await type(gate, there(always), wrongCode)).toBe('pin_wrong')
  expect(await tap(gate, 'entry', unknownCard)).toBe('credential_unknown')
}

/** Waits until another face process than before looks. */
const replaceFace = async (gate: RunningGate, work: () => Promise<unknown>): Promise<void> => {
  const before = gate.pidOf('face')
  await work()
  await waitUntil('another face process', () => ![undefined, before].includes(gate.pidOf('face')), START_LIMIT_MS)
  await gate.pathIs('entry', 'face', 'up', START_LIMIT_MS)
}

const withdrawAtGate = async (gate: RunningGate, person: Person): Promise<void> => {
  expect(await tap(gate, 'entry', person.card)).toBe('right')
  await gate.type('entry-keypad', '9#')
  await gate.next(isSign('again_please'))
  await replaceFace(gate, () => gate.type('entry-keypad', '9#'))
}

const askProgram = async (...words: readonly string[]): Promise<void> => {
  const ran = await runProgram([...words, '--config', place.configFile])
  expect([words[0], ran.code, ran.stderr]).toEqual([words[0], 0, ran.stderr])
}

const playDay = async (gate: RunningGate, model: string): Promise<void> => {
  const [first, second] = [there(withdrawing), there(erased)]
  await enrol(gate, first, enrolled)
  await enrol(gate, second, other)
  spellTemplates('whoever withdrew', first.residentId, model)
  spellTemplates('whoever was erased', second.residentId, model)
  await passByFace(gate, first, seen)
  await passByFace(gate, second, other)
  const passers = [first, second, there(always)]
  for (let hour = 0; hour < HOURS; hour++) await playHour(gate, there(passers[hour % passers.length]), hour)
  await askProgram('backup', join(place.folder, 'backup.db'))
  await withdrawAtGate(gate, first)
  const receipt = join(place.folder, 'receipt.txt')
  await replaceFace(gate, () => askProgram('erase', second.residentId, '--yes', '--receipt', receipt))
  expect(await tap(gate, 'entry', second.card)).toBe('credential_unknown')
  expect(await tap(gate, 'entry', first.card)).toBe('right')
  // Whoever is nobody any more stands before the camera once more; and the face process ends as by a crash.
  await hold(gate, enrolled)
  await leave(gate)
  await replaceFace(gate, async () => process.kill(there(gate.pidOf('face')), 'SIGABRT'))
}

const filesIn = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name)
    return entry.isDirectory() ? filesIn(path) : entry.isFile() ? [path] : []
  })

/** The gate's, but for the store's, the keys' own and what this test itself wrote. */
const filesOutside = (): readonly string[] =>
  filesIn(place.folder).filter(
    (file) => ![place.storeDirectory, place.keysDirectory].some((own) => file.startsWith(own)),
  )

const hasParts = (['unshare', 'ip', 'mosquitto', 'strace', 'python3'] as const).map(needPart).every(Boolean)

describe.skipIf(!hasParts)('a day at the gate', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'eg-egress-'))
    net = await layEgressNet(folder)
    place = await makeGatePlace((plan) => {
      addCamera(plan)
      Object.assign(plan, { mqtt: { url: net.url, allowPlain: true } })
      Object.assign(plan.sides.entry, { signal: { driver: 'simulated' } })
    })
    let model = ''
    ;[withdrawing, erased, always] = await prepareStore(place, async (open) => {
      model = open.model
      return [
        await consenting(open, 'Zykanaria Quellwasser 泉水', '918273645102'),
        await consenting(open, 'Ömürhan Talvisade 冬雪', '738291046557'),
        await addPerson(open, { name: 'Perpetua Immerda 常在', code: '602917483655' }),
      ]
    })
    for (const look of [seen, other]) vectors.push(...spellVector('the vector of a look', await vectorOf(look)))
    const names = [withdrawing, erased, always].flatMap((one, n) => spellPerson(`resident ${n + 1}`, there(one)))
    secrets.push(...names, ...spellText('a wrong code', wrongCode))
    secrets.push(...spellBytes('an unknown card', Buffer.from(unknownCard, 'hex')))
    const key = reveal(take(readTemplateKey(join(place.keysDirectory, 'template.key'))))
    secrets.push(...spellBytes('the template key', key), ...spellBytes('the store key', reveal(storeKeyOf(place))))
    const calls = join(folder, 'calls')
    await using gate = await runGate(place, { within: [...net.within, ...tracedInto(calls)] })
    await playDay(gate, model)
    writeFileSync(join(place.folder, 'said'), [gate.stderr(), JSON.stringify(gate.told)].join('\n'))
    await gate.stop()
    await waitUntil('the end of the trace', () => hasEnded(calls, gate.pid), START_LIMIT_MS)
    traced = readTraced(calls)
  }, LIMIT_MS)
  afterAll(async () => {
    await net?.[Symbol.asyncDispose]()
    await place?.[Symbol.asyncDispose]()
    if (folder) rmSync(folder, { recursive: true, force: true })
  })

  test('was seen by those who watched it', () => {
    expect(net.frames().includes('evengate/south/event')).toBe(true)
    expect(net.frames().includes('credential_unknown')).toBe(true)
    expect(traced.local.includes('gallery_add')).toBe(true)
    expect(traced.elsewhere.includes('credential_unknown')).toBe(true)
    expect(traced.unseen).toEqual([])
  })

  test('sent nothing to anybody but the broker', () => {
    const others = [...net.spokenTo()].filter((to) => !['arp', 'icmp6', 'tcp 10.77.0.1 1883'].includes(to))
    expect(others).toEqual([])
    expect(net.spokenTo()).toContain('tcp 10.77.0.1 1883')
  })

  test('left no template, vector, name, card, code or key in a frame', () => {
    expect(findKinds(net.frames(), [...vectors, ...sealed, ...secrets])).toEqual([])
  })

  test('wrote none of them anywhere, and no vector and no key even to the gate’s own sockets', () => {
    expect(findKinds(traced.elsewhere, [...vectors, ...sealed, ...secrets])).toEqual([])
    const keys = secrets.filter(([kind]) => /^the (template|store) key/.test(kind))
    expect(findKinds(traced.local, [...vectors, ...keys])).toEqual([])
    // Not a fact about the gate but about this search: what main forwards, sealed, is found there.
    expect(findKinds(traced.local, sealed)).toContain('whoever was erased’s sealed template as base64')
  })

  test('left none of them in a file outside the store, in a backup or in a receipt', () => {
    const files = filesOutside()
    for (const name of ['backup.db', 'receipt.txt', 'said', 'gate.yaml'])
      expect(files).toContain(join(place.folder, name))
    const all = [...vectors, ...sealed, ...secrets]
    for (const file of files) expect([file, ...findKinds(readFileSync(file), all)]).toEqual([file])
  })

  test('would have been found out: whatever leaves by the network, a file or a call is found, of every kind', async () => {
    const all = [...vectors, ...sealed, ...secrets]
    const kinds = [...new Set(all.map(([kind]) => kind))].sort()
    const loot = kinds.map((kind) => there(all.find(([one]) => one === kind))[1])
    // One of each kind, no datagram longer than a frame.
    for (let at = 0; at < loot.length; at += 30) net.smuggle(Buffer.concat(loot.slice(at, at + 30)))
    missed = await net.hang()
    expect(missed).toBe(0)
    expect(findKinds(net.frames(), all)).toEqual(kinds)
    expect(net.spokenTo()).toContain('udp 192.0.2.1 9')
    const [calls, file] = [join(folder, 'smuggled'), join(folder, 'loot')]
    const [command = '', ...words] = tracedInto(calls)
    const write = "require('node:fs').writeFileSync(process.argv[1], Buffer.from(process.argv[2], 'hex'))"
    const script = [process.execPath, '-e', write, file, Buffer.concat(loot).toString('hex')]
    const { pid } = spawnSync(command, [...words, ...script])
    await waitUntil('the end of the trace', () => hasEnded(calls, pid), START_LIMIT_MS)
    expect(findKinds(readTraced(calls).elsewhere, all)).toEqual(kinds)
    expect(findKinds(readFileSync(file), all)).toEqual(kinds)
  })
})
