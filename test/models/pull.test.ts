// Fetching a pack from a server of this machine that keeps ranges or not, breaks, lies, stalls and sends elsewhere.

import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { allowUrl, type DownloadLimits } from '../../models/download.ts'
import { type Pack, packs } from '../../models/packs.ts'
import { type Progress, pullPack, urlOf } from '../../models/pull.ts'

const contentOf = (bytes: number, seed: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: bytes }, (_, i) => (i * 31 + (i >> 8) + seed) % 256))

const contents: Readonly<Record<string, Buffer>> = {
  'one.onnx': contentOf(300_000, 1),
  'two.onnx': contentOf(70_000, 2),
}

const [recommended] = packs
if (recommended === undefined) throw new Error('an empty manifest')
const files = Object.entries(contents).map(([name, content]) => {
  const sha256 = createHash('sha256').update(content).digest('hex')
  const upstream = {
    kind: 'lfs',
    repository: 'nobody/nothing',
    commit: 'a'.repeat(40),
    path: `models/${name}`,
  } as const
  return { name, bytes: content.length, sha256, upstream, licence: 'none', trainedOn: 'nothing' }
})
const pack: Pack = { ...recommended, files }

type Asked = { readonly name: string; readonly from: number | undefined }
type Answer = (asked: Asked, response: ServerResponse, content: Buffer) => void

/** Connections that break as soon as the other side has taken so many bytes of a file: a broken one may lose what it still holds. */
let cuts: { readonly name: string; readonly at: number; readonly cut: () => void }[] = []
const noteProgress = ({ file, received }: Progress): void => {
  for (const each of cuts.filter(({ name, at }) => name === file && received >= at)) {
    cuts = cuts.filter((other) => other !== each)
    each.cut()
  }
}

const send = ({ name, from }: Asked, response: ServerResponse, content: Buffer, most = content.length): void => {
  const rest = content.subarray(from ?? 0)
  if (from === undefined) response.writeHead(200, { 'content-length': rest.length })
  else {
    const range = `bytes ${from}-${content.length - 1}/${content.length}`
    response.writeHead(206, { 'content-length': rest.length, 'content-range': range })
  }
  if (most >= rest.length) {
    response.end(rest)
    return
  }
  cuts.push({ name, at: (from ?? 0) + most, cut: () => response.destroy() })
  response.write(rest.subarray(0, most))
}

let answer: Answer = send
let asked: Asked[] = []
const server = createServer((request: IncomingMessage, response: ServerResponse) => {
  const name = (request.url ?? '').split('/').at(-1) ?? ''
  const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]
  const each = { name, from: from === undefined ? undefined : Number(from) }
  asked.push(each)
  answer(each, response, contents[name] ?? Buffer.alloc(0))
})
let from = ''
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  from = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

let modelsDirectory = ''
const children: ChildProcess[] = []
beforeEach(() => {
  modelsDirectory = mkdtempSync(join(tmpdir(), 'evengate-pull-'))
  answer = send
  asked = []
  cuts = []
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(modelsDirectory, { recursive: true, force: true })
})

const quick: DownloadLimits = { answerMs: 400, stallMs: 400, wholeMs: 8000, attempts: 3, pauseMs: 5, redirects: 3 }
const pull = (limits: Partial<DownloadLimits> = {}, onProgress: (progress: Progress) => void = () => undefined) =>
  pullPack({
    ...{ pack, modelsDirectory, from, limits: { ...quick, ...limits } },
    onProgress: (progress) => {
      onProgress(progress)
      noteProgress(progress)
    },
  })

const isWhole = (): boolean =>
  Object.entries(contents).every(([name, content]) => readFileSync(join(modelsDirectory, name)).equals(content))
const names = (): string[] => readdirSync(modelsDirectory).toSorted()
const all = ['one.onnx', 'two.onnx']

describe('a pull', () => {
  test('brings every file, tells how far it is, and leaves nothing else', async () => {
    const heard: Progress[] = []
    const pulled = await pull({}, (progress) => heard.push(progress))
    expect(pulled).toMatchObject({ ok: true, value: { fetched: all } })
    expect([isWhole(), names()]).toEqual([true, all])
    for (const { name, bytes } of files) {
      const received = heard.filter(({ file }) => file === name).map((each) => each.received)
      expect(received).toEqual(received.toSorted((a, b) => a - b))
      expect(received.at(-1)).toBe(bytes)
    }
  })

  test('asks for nothing that is there already, and only for what is damaged', async () => {
    await pull()
    asked = []
    expect(await pull()).toMatchObject({ ok: true, value: { fetched: [] } })
    expect(asked).toEqual([])
    writeFileSync(join(modelsDirectory, 'two.onnx'), contentOf(70_000, 3))
    expect(await pull()).toMatchObject({ ok: true, value: { fetched: ['two.onnx'] } })
    expect(isWhole()).toBe(true)
  })

  test('goes on where a broken connection left it', async () => {
    answer = (each, response, content) => send(each, response, content, 100_000)
    expect((await pull()).ok).toBe(true)
    const first = asked.filter(({ name }) => name === 'one.onnx').map((each) => each.from)
    expect(first[0]).toBeUndefined()
    expect(first.slice(1).every((place, i) => place !== undefined && place > (first[i] ?? 0))).toBe(true)
    expect(isWhole()).toBe(true)
  })

  test('begins again where the server knows no ranges', async () => {
    answer = (each, response, content) =>
      send({ ...each, from: undefined }, response, content, asked.length === 1 ? 50_000 : content.length)
    expect((await pull()).ok).toBe(true)
    expect([asked.length, isWhole()]).toEqual([3, true])
  })

  test('begins again where the server gives another range than asked for', async () => {
    answer = (each, response, content) =>
      each.from === undefined
        ? send(each, response, content, asked.length === 1 ? 50_000 : content.length)
        : send({ ...each, from: each.from - 7 }, response, content)
    expect((await pull()).ok).toBe(true)
    expect(isWhole()).toBe(true)
  })

  test('that failed is gone on with by the next one', async () => {
    answer = (each, response, content) =>
      each.from === undefined ? send(each, response, content, 100_000) : void response.writeHead(503).end()
    expect(await pull()).toMatchObject({ ok: false, code: 'upstream_failing', detail: 'one.onnx: 503' })
    expect(names()).toEqual(['.incoming-0'])
    answer = send
    asked = []
    expect((await pull()).ok).toBe(true)
    expect(asked[0]?.from).toBeGreaterThan(0)
    expect([isWhole(), names()]).toEqual([true, all])
  })

  test('does not trust what an earlier one left: wrong bytes are fetched again', async () => {
    mkdirSync(join(modelsDirectory, '.incoming-0'))
    writeFileSync(join(modelsDirectory, '.incoming-0', 'one.onnx'), contentOf(1000, 9))
    expect((await pull()).ok).toBe(true)
    expect(asked.map((each) => each.from)).toEqual([1000, undefined, undefined])
    expect(isWhole()).toBe(true)
  })

  test('that was killed is gone on with', { timeout: 30_000 }, async () => {
    answer = (each, response, content) => {
      if (each.from === undefined) response.writeHead(200, { 'content-length': content.length })
      response.write(content.subarray(0, 60_000))
    }
    const child = spawnPull([])
    for await (const line of child.stderr ?? []) if (String(line).length > 0) break
    child.kill('SIGKILL')
    await once(child, 'exit')
    answer = send
    asked = []
    expect((await pull()).ok).toBe(true)
    expect(asked[0]?.from).toBeGreaterThan(0)
    expect([isWhole(), names()]).toEqual([true, all])
  })

  test('beside another one: both are done, and nothing else is left', async () => {
    const pulled = await Promise.all([pull(), pull()])
    expect(pulled.map(({ ok }) => ok)).toEqual([true, true])
    expect([isWhole(), names()]).toEqual([true, all])
  })
})

const spawnPull = (limit: readonly string[]): ChildProcess => {
  const script = fileURLToPath(new URL('./pull-child.ts', import.meta.url))
  const wish = JSON.stringify({ files, modelsDirectory, from })
  const [command = '', ...words] = [...limit, process.execPath, script, wish]
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  return child
}

describe('a pull is refused', () => {
  const expectRefusal = async (code: string, limits: Partial<DownloadLimits> = {}): Promise<void> => {
    expect(await pull(limits)).toMatchObject({ ok: false, code })
    expect(names().filter((name) => !name.startsWith('.'))).toEqual([])
  }

  test('when the bytes are wrong, after one more try, and nothing is left', async () => {
    answer = (each, response, content) => send(each, response, Buffer.from(content.map((byte) => byte ^ 1)))
    await expectRefusal('model_file_mismatching')
    expect([asked.length, names()]).toEqual([2, []])
  })

  test('when the file is longer or shorter than the manifest says, before it is fetched', async () => {
    for (const by of [-1, 1]) {
      answer = (each, response) => send(each, response, contentOf(300_000 + by, 1))
      asked = []
      await expectRefusal('model_file_mismatching')
      expect([asked.length, names()]).toEqual([1, []])
    }
  })

  test('when more comes than was said, at the first byte too many', async () => {
    let sent = 0
    answer = (_, response) => {
      response.writeHead(200)
      const more = () => {
        for (let i = 0; i < 4 && !response.destroyed; i++) sent += 65_536
        if (!response.destroyed) response.write(Buffer.alloc(4 * 65_536), more)
      }
      more()
    }
    await expectRefusal('model_file_mismatching')
    expect(sent).toBeLessThan(20_000_000)
  })

  test('when the server drips', async () => {
    answer = (_, response, content) => {
      response.writeHead(200, { 'content-length': content.length })
      const drip = setInterval(() => response.write('x'), 20)
      response.once('close', () => clearInterval(drip))
    }
    await expectRefusal('upstream_slow', { wholeMs: 600 })
  })

  test('when the server says nothing, before or within the file', async () => {
    answer = () => undefined
    await expectRefusal('upstream_failing', { answerMs: 60 })
    answer = (each, response) => void (each.from === undefined && response.writeHead(200).write('x'))
    await expectRefusal('upstream_failing', { answerMs: 60, stallMs: 60 })
  })

  test('when the file is not there, at once; when the server fails, after the attempts', async () => {
    answer = (_, response) => void response.writeHead(404).end()
    await expectRefusal('upstream_refused')
    expect(asked.length).toBe(1)
    answer = (_, response) => void response.writeHead(500).end()
    asked = []
    await expectRefusal('upstream_failing')
    expect(asked.length).toBe(quick.attempts)
  })

  test('when nobody listens', async () => {
    const closed = await pullPack({
      ...{ pack, modelsDirectory, limits: quick, onProgress: () => undefined },
      from: 'http://127.0.0.1:1',
    })
    expect(closed).toMatchObject({ ok: false, code: 'upstream_failing', detail: expect.stringContaining('one.onnx') })
  })

  test('when it is sent in a circle, or to a plain address elsewhere', async () => {
    for (const location of [
      `${from}/one.onnx`,
      'http://192.0.2.1/one.onnx',
      'ftp://127.0.0.1/one.onnx',
      'file:///etc/passwd',
      '',
    ]) {
      answer = (_, response) => void response.writeHead(302, { location }).end()
      asked = []
      await expectRefusal('url_refused')
      expect(asked.length).toBeLessThanOrEqual(quick.redirects + 1)
    }
  })

  test('when the disk takes no more, and what it took is given back', { timeout: 30_000 }, async () => {
    // A limit of the process in kilobytes is the nearest to a full disk that needs no rights: the write fails in the middle.
    const child = spawnPull(['bash', '-c', 'ulimit -f 128; exec "$0" "$@"'])
    const said: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => said.push(chunk))
    await once(child, 'close')
    expect(JSON.parse(Buffer.concat(said).toString())).toMatchObject({ ok: false, code: 'models_folder_full' })
    expect(names()).toEqual([])
  })

  test('for a pack that npm brings', async () => {
    const builtin = packs.find(({ name }) => name === 'builtin')
    const wish = { modelsDirectory, limits: quick, onProgress: () => undefined }
    expect(await pullPack({ ...wish, pack: builtin ?? pack })).toMatchObject({ ok: false, code: 'pack_comes_with_npm' })
  })
})

test('a redirect is followed as long as it stays where the first address was', async () => {
  answer = (each, response, content) =>
    each.name.startsWith('moved-')
      ? send(each, response, contents[each.name.slice(6)] ?? content)
      : void response.writeHead(307, { location: `/elsewhere/moved-${each.name}` }).end()
  expect((await pull()).ok).toBe(true)
  expect(isWhole()).toBe(true)
})

test('a server that fails for a while is waited for', async () => {
  let failures = 0
  answer = (each, response, content) =>
    failures++ < 2 ? void response.writeHead(503).end() : send(each, response, content)
  expect((await pull()).ok).toBe(true)
})

describe('an address', () => {
  test('is https, or plain http to this machine, and names nobody', () => {
    const allowed = ['https://example.org/a', 'http://127.0.0.1:8/a', 'http://[::1]/a', 'http://localhost/a']
    const refused = ['http://example.org/a', 'https://me:secret@example.org/a', 'ftp://localhost/a', 'nothing', '']
    expect(allowed.map((text) => allowUrl(text)?.href)).toEqual(allowed)
    expect(refused.map((text) => allowUrl(text))).toEqual(refused.map(() => undefined))
  })

  test('behind https stays https', () => {
    const first = new URL('https://example.org/a')
    expect(allowUrl('http://127.0.0.1/a', first)).toBeUndefined()
    expect(allowUrl('//media.example.org/b', first)?.href).toBe('https://media.example.org/b')
  })

  test('of every file in the manifest is fixed to a commit; of one in Git LFS, on the media server', () => {
    for (const each of packs.filter(({ origin }) => origin === 'folder')) {
      for (const file of each.files) expect(urlOf(file)).toMatch(/^https:\/\/[\w.]+\/[\w./-]+\/[0-9a-f]{40}\/[\w./-]+$/)
    }
    const [one] = files
    expect(one && urlOf(one)).toMatch(/^https:\/\/media\.[\w.]+\/media\/nobody\/nothing\/a{40}\/models\/one\.onnx$/)
    expect(one && urlOf(one, 'https://example.org/mirror')).toBe('https://example.org/mirror/one.onnx')
    expect(one && urlOf(one, 'http://example.org/mirror')).toBeUndefined()
  })
})
