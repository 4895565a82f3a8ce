// The demo as a newcomer runs it: a child process, its JSON lines, what it leaves behind. With the pack from npm always, with the
// recommended one where it lies beside the checkout.

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const models = process.env['EVENGATE_MODELS'] ?? join(root, '../shared/models')
const hasRecommended = existsSync(join(models, 'mobilefacenet.onnx'))

/** A demo takes 35 s; three at once on two busy cores take longer. */
const DEMO_LIMIT_MS = 180_000

type Line = {
  readonly scene: string
  readonly path: string
  readonly outcome: string
  readonly reason: string
  readonly ms: number
  readonly relay: boolean
}
type Run = {
  readonly code: number | null
  readonly lines: readonly Line[]
  readonly summary: Readonly<Record<string, unknown>>
  readonly stderr: string
  /** What lay in its temporary folder when it had ended. */
  readonly left: readonly string[]
}

const folders: string[] = []
const makeFolder = (): string => {
  const folder = mkdtempSync('/tmp/demo-test-')
  folders.push(folder)
  return folder
}

const startDemo = (folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess =>
  spawn(process.execPath, [join(root, 'daemon/main.ts'), 'demo', ...args], {
    cwd: root,
    env: { ...process.env, TMPDIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })

const readAll = (child: ChildProcess) => {
  const heard = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk: Buffer) => {
    heard.stdout += chunk.toString()
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    heard.stderr += chunk.toString()
  })
  return heard
}

const waitEnd = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('close', (code) => resolve(code)))

const runDemo = async (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> => {
  const folder = makeFolder()
  const child = startDemo(folder, args, env)
  const heard = readAll(child)
  const code = await waitEnd(child)
  const objects = heard.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
  const lines = objects.filter((one) => one.summary === undefined)
  const summaries = objects.filter((one) => one.summary !== undefined)
  expect(summaries.length, heard.stderr).toBe(1)
  expect(objects.at(-1), 'the summary comes last').toBe(summaries[0])
  return { code, lines, summary: summaries[0].summary, stderr: heard.stderr, left: readdirSync(folder) }
}

/** Processes whose environment or command line names the folder. */
const findProcesses = (folder: string): string[] =>
  readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false
    try {
      return ['cmdline', 'environ'].some((name) => readFileSync(`/proc/${pid}/${name}`, 'latin1').includes(folder))
    } catch {
      return false // it has ended meanwhile, or is somebody else's
    }
  })

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const wanted = [
  ['card', 'card', 'grant', 'right'],
  ['code', 'keypad', 'grant', 'right'],
  ['face', 'face', 'grant', 'right'],
  ['stranger_face', 'face', 'deny', 'credential_unknown'],
  ['unknown_card', 'card', 'deny', 'credential_unknown'],
  ['wrong_code', 'keypad', 'deny', 'pin_wrong'],
  ['card_while_face_killed', 'card', 'grant', 'right'],
  ['exit_button', 'exit_button', 'grant', 'exit_button'],
  ['face_only_configuration', 'none', 'refused', 'face_alone'],
  ['consent_withdrawn', 'card', 'grant', 'right'],
  ['consent_withdrawn', 'face', 'deny', 'credential_unknown'],
  ['consent_withdrawn', 'card', 'grant', 'right'],
]

const withoutTime = ({ scene, path, outcome, reason, relay }: Line) => [scene, path, outcome, reason, relay].join(' ')

const packs = [
  { pack: 'builtin', assistOnly: true, env: { EVENGATE_MODELS: '/nowhere' }, twice: !hasRecommended },
  ...(hasRecommended ? [{ pack: 'recommended', assistOnly: false, env: {}, twice: true }] : []),
]
const runs = new Map<string, readonly Run[]>()

describe('a whole morning', () => {
  beforeAll(async () => {
    const play = async ({ pack, env, twice }: (typeof packs)[number]) => {
      const args = ['--json', '--seed', '5', '--language', 'en']
      runs.set(pack, await Promise.all(Array.from({ length: twice ? 2 : 1 }, () => runDemo(args, env))))
    }
    await Promise.all(packs.map(play))
  }, DEMO_LIMIT_MS)

  describe.each(packs)('the demo with the $pack pack', ({ pack, assistOnly, twice }) => {
    const run = (): Run => {
      const [first] = runs.get(pack) ?? []
      if (!first) throw new Error('the demo did not run')
      return first
    }

    test('plays each scene, and each comes out as it should', () => {
      const { lines, code, stderr } = run()
      const scenes = lines.filter(({ scene }) => scene !== 'sixty_residents')
      expect(
        scenes.map(({ scene, path, outcome, reason }) => [scene, path, outcome, reason]),
        stderr,
      ).toEqual(wanted)
      expect(code).toBe(0)
    })

    test('a line has the six members of the contract and no other', () => {
      for (const line of run().lines) {
        expect(Object.keys(line)).toEqual(['scene', 'path', 'outcome', 'reason', 'ms', 'relay'])
        expect(line.ms).toBeGreaterThanOrEqual(0)
      }
    })

    test('the relay moves for grants alone', () => {
      for (const { outcome, relay } of run().lines) expect(relay).toBe(outcome === 'grant')
      expect(run().summary).toMatchObject({ relay_without_grant: 0 })
    })

    test('sixty residents come by mixed paths and all get in or out', () => {
      const sixty = run().lines.filter(({ scene }) => scene === 'sixty_residents')
      expect(sixty.length).toBe(60)
      expect(new Set(sixty.map(({ path }) => path))).toEqual(new Set(['card', 'keypad', 'face']))
      expect(new Set(sixty.map(({ reason }) => reason))).toEqual(new Set(['right', 'exit']))
      expect(sixty.every(({ outcome }) => outcome === 'grant')).toBe(true)
    })

    test('the summary counts the lines, and every grant has its event in a whole ledger', () => {
      const { lines, summary } = run()
      const grants = lines.filter(({ outcome }) => outcome === 'grant').length
      expect(summary).toMatchObject({
        ...{ grants, recorded_grants: grants, chain: 'verified', seed: 5, pack, assist_only: assistOnly },
        as_intended: true,
      })
      for (const path of ['card', 'keypad', 'face', 'exit_button', 'none'])
        expect(summary[path]).toMatchObject({ count: lines.filter((line) => line.path === path).length })
    })

    test('leaves nothing behind', () => {
      expect(run().left).toEqual([])
      for (const folder of folders) expect(findProcesses(folder)).toEqual([])
    })

    test.runIf(twice)('one seed plays the same morning again', () => {
      const [first, second] = runs.get(pack) ?? []
      expect(second?.lines.map(withoutTime)).toEqual(first?.lines.map(withoutTime))
    })
  })
})

test('interrupted in the middle, it ends its parts and removes its folder', async () => {
  const folder = makeFolder()
  const child = startDemo(folder, ['--json', '--language', 'en'])
  const heard = readAll(child)
  const ended = waitEnd(child)
  const until = Date.now() + 30_000
  while (!heard.stdout.includes('"code"') && Date.now() < until) await pause(20)
  expect(findProcesses(folder).length).toBeGreaterThan(3)
  child.kill('SIGINT')
  expect(await ended).toBe(130)
  expect(readdirSync(folder)).toEqual([])
  expect(findProcesses(folder)).toEqual([])
}, 60_000)

test('whoever stops reading ends it, and it leaves nothing behind', async () => {
  const folder = makeFolder()
  const child = startDemo(folder, ['--language', 'en'])
  const ended = waitEnd(child)
  child.stderr?.resume()
  child.stdout?.once('data', () => child.stdout?.destroy())
  expect(await ended).toBe(130)
  expect(readdirSync(folder)).toEqual([])
  expect(findProcesses(folder)).toEqual([])
}, 60_000)

test.each([
  ['--sed', '1'],
  ['--seed', 'x'],
  ['--seed', '-1'],
  ['--language', 'fr'],
  ['extra'],
])('a wrong use is told and nothing is started: %s %s', async (...args) => {
  const folder = makeFolder()
  const child = startDemo(
    folder,
    args.filter((one) => one !== undefined),
  )
  const heard = readAll(child)
  expect(await waitEnd(child)).toBe(2)
  expect(heard.stderr).toContain('npm run demo')
  expect(readdirSync(folder)).toEqual([])
})
