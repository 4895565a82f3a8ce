// What the processes of a gate weigh: proportional set size, in which each shared page is divided among all who share it. Node's
// own program file is shared also with those that are no part of the gate (this bench, other programs on the machine), which would
// let the gate look lighter than it is alone; the gate's share of it is therefore raised as if they were not there.
// Reads /proc only. Called by starts.ts.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { OneProcess } from './gate-run.ts'

const KIB = 1024

/** Nothing where a process has ended in between. */
const orNothing = (read: () => string): string => {
  try {
    return read()
  } catch {
    return ''
  }
}

const programOf = (pid: number | string): string => orNothing(() => readlinkSync(`/proc/${pid}/exe`))

type Share = { readonly pssMb: number; readonly programMb: number }

/** `smaps`: one header line a mapping, its file's path last, then one line a number. */
export const readShares = (smaps: string, program: string): Share => {
  let inProgram = false
  let [pss, ofProgram] = [0, 0]
  for (const line of smaps.split('\n')) {
    if (/^[0-9a-f]+-[0-9a-f]+ /.test(line)) inProgram = program !== '' && line.endsWith(` ${program}`)
    const kib = Number(/^Pss:\s+(\d+) kB$/.exec(line)?.[1] ?? 0)
    pss += kib
    if (inProgram) ofProgram += kib
  }
  return { pssMb: pss / KIB, programMb: ofProgram / KIB }
}

export type Weight = {
  /** As if nobody else ran Node here. */
  readonly value: number
  /** As the kernel counts it. */
  readonly counted: number
  /** By process, as the kernel counts it. */
  readonly of: Readonly<Record<string, number>>
}

export const weighProcesses = (processes: readonly OneProcess[], program = process.execPath): Weight => {
  const pids = new Set(processes.map(({ pid }) => pid))
  const sharing = processes.filter(({ pid }) => programOf(pid) === program).length
  const others = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && !pids.has(Number(name)))
  const outside = others.filter((pid) => programOf(pid) === program).length
  const of: Record<string, number> = {}
  let [counted, ofProgram] = [0, 0]
  for (const { name, pid } of processes) {
    const { pssMb, programMb } = readShares(
      orNothing(() => readFileSync(`/proc/${pid}/smaps`, 'utf8')),
      program,
    )
    of[name] = (of[name] ?? 0) + pssMb
    counted += pssMb
    ofProgram += programMb
  }
  return { value: counted + (sharing === 0 ? 0 : (ofProgram * outside) / sharing), counted, of }
}
