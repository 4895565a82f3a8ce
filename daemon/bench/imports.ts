// How long the import of 20 000 residents with a card each takes, from the command to its end, and what the line feels of it. Called by bench.ts.
//
// The command is the real one, a process of its own, on a real file; it asks for three cards of the list, which are tapped at the reader of the
// entry. Quiet taps and taps beside an import take turns; each import has other people.

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../../config/words.ts'
import type { FigureName, Measurement } from './figures.ts'
import { type GateRun, startGate, tapCard, waitFor } from './gate-run.ts'
import type { Lab } from './lab.ts'
import { ERASED } from './people.ts'
import { medianOf, rankOf } from './ranks.ts'
import { type Bench, prepare, tapMany } from './taps.ts'

const PEOPLE = 20_000
const HOUSEHOLD_PEOPLE = 3
const TAPPED = [11, 4711, 19_999] as const
const END_LIMIT_MS = 120_000
const main = fileURLToPath(new URL('../main.ts', import.meta.url))

/** Seven bytes that no resident of the bench has. */
const cardOf = (run: number, person: number): Buffer =>
  Buffer.concat([Buffer.of(4), createHash('sha256').update(`list ${run} ${person}`).digest().subarray(0, 6)])

const writeList = (file: string, run: number): void => {
  const rows = Array.from({ length: PEOPLE }, (_, n) => {
    const room = `${run}-${Math.floor(n / HOUSEHOLD_PEOPLE)}`
    return `${room},住户 ${n},${cardOf(run, n).toString('hex').toUpperCase()}`
  })
  writeFileSync(file, `\ufeff房号,姓名,卡号\r\n${rows.join('\r\n')}\r\n`)
}

type Importing = { readonly ended: Promise<number>; readonly isOver: () => boolean; readonly said: () => string }

/** Resolves with the exit code. */
const startImport = (configFile: string, file: string): Importing => {
  const words = [main, 'import', file, '--yes', '--language', 'en', '--config', configFile]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const orphan = () => void child.kill()
  process.once('exit', orphan)
  const ended = new Promise<number>((resolve) =>
    child.once('close', (code) => {
      process.off('exit', orphan)
      resolve(code ?? -1)
    }),
  )
  return { ended, isOver: () => child.exitCode !== null || child.signalCode !== null, said: () => said }
}

const tapListed = async (gate: GateRun, run: number, { said, isOver }: Importing): Promise<void> => {
  const asked = () => said().split('Tap a card of the list').length - 1
  for (const [n, person] of TAPPED.entries()) {
    await waitFor(gate, 'the question for a card', END_LIMIT_MS, async () => asked() > n || isOver() || undefined)
    await tapCard(gate, cardOf(run, person))
  }
}

type Once = { readonly tookMs: number; readonly taps: readonly number[] }

const importOnce = async (bench: Bench, configFile: string, run: number): Promise<Once> => {
  const file = join(bench.lab.storeDirectory, '..', `list-${run}.csv`)
  writeList(file, run)
  const before = systemClock.monotonic()
  const importing = startImport(configFile, file)
  await tapListed(bench.gate, run, importing)
  const taps: number[] = []
  const ended = importing.ended.then((code) => ({ code, at: systemClock.monotonic() }))
  while (!importing.isOver()) taps.push(...(await tapMany(bench, 1)).taps)
  const { code, at } = await ended
  rmSync(file)
  if (code !== 0) throw new Error(`the import was refused: ${importing.said().trim().slice(-300)}`)
  return { tookMs: at - before, taps }
}

export type ImportOptions = {
  readonly lab: Lab
  readonly residents: number
  readonly runs: number
  readonly say: (line: string) => void
}

type ImportFigureName = Extract<FigureName, `import_${string}`>

export const measureImports = async (options: ImportOptions): Promise<Record<ImportFigureName, Measurement>> => {
  const { lab, residents, runs, say } = options
  const gate = startGate(lab.tapGate, lab.runtimeDirectory)
  try {
    // Those at the end of the list may be erased by now: nobody taps their cards.
    const bench: Bench = { lab, gate, residents: Math.max(1, residents - ERASED), turn: 0 }
    await prepare(bench, 'rest')
    const quiet: number[] = []
    const beside: number[] = []
    const took: number[] = []
    for (let run = 1; run <= runs; run++) {
      const { tookMs, taps } = await importOnce(bench, lab.tapGate, run)
      took.push(tookMs)
      beside.push(...taps)
      quiet.push(...(await tapMany(bench, taps.length)).taps)
      say(`imports, run ${run} of ${runs}: ${(tookMs / 1000).toFixed(1)} s, ${taps.length} taps beside it`)
    }
    const p99 = { quiet: rankOf(quiet, 0.99), beside: rankOf(beside, 0.99) }
    return {
      import_20000_s: { p50: medianOf(took) / 1000, worst: Math.max(...took) / 1000, imports: took.length },
      import_line_p99_worse_ms: {
        value: p99.beside - p99.quiet,
        quiet: { p50: rankOf(quiet, 0.5), p99: p99.quiet, taps: quiet.length },
        beside: { p50: rankOf(beside, 0.5), p99: p99.beside, worst: Math.max(...beside), taps: beside.length },
      },
    }
  } finally {
    await gate.stop()
  }
}
