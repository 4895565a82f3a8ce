// Carries out a handover to another operator: one consent at a time, then waits until their templates are proved gone, and says so in the
// record. Begun by the command, taken up again after a crash by the next start, and after a disk error by the next look. Nobody at the
// gate waits for it: between two writes the line has its turn. Decides nothing: what is owed is the schema's to say.

import { setTimeout as pause } from 'node:timers/promises'
import { done, failed, type Result } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import type { FactsReader } from './store/facts.ts'
import { explainDisk } from './store/handles.ts'
import type { Ledger } from './store/ledger.ts'
import type { Caller } from './store/protocol.ts'

/** A handover that a disk error held up is tried again this soon. */
const LOOK_EVERY_MS = 10_000
/** Consents read in one turn of the loop. */
const PAGE_CONSENTS = 50
/** From the last deletion to proved gone: a read under way holds it up. What takes longer is left to the next look. */
const GONE_POLL_MS = 50
const GONE_TRIES_LIMIT = 200
const bySelf = { role: 'daemon', caller: 'handover' } as const

export type Handover = {
  /** Begins one, or joins the one that is open, and resolves when this run of it has ended. The value is its number. */
  readonly begin: (operator: string, by: Caller) => Promise<Result<number>>
  /** Faces are kept on consents to a former notice, perhaps a former operator's: somebody should say what becomes of them. */
  readonly keepsFormerFaces: () => boolean
  /** What is under way ends before its next write; the next start takes it up. */
  readonly stop: () => void
}

type Deps = {
  readonly gate: string
  readonly facts: Pick<FactsReader, 'readHandover' | 'listHandoverOwed' | 'keepsFormerFace'>
  readonly ledger: Pick<Ledger, 'write'>
}

/** From the first consent that is owed to the event that says it is done. `isStopping`: leave the rest to the next start. */
const carryOut = async ({ facts, ledger }: Deps, isStopping: () => boolean): Promise<Result<unknown>> => {
  for (let after = ''; !isStopping(); ) {
    const owed = facts.listHandoverOwed(after, PAGE_CONSENTS)
    for (const consentId of owed) {
      if (isStopping()) return failed('daemon_gone')
      const ended = await ledger.write('handOverConsent', { consentId }, bySelf)
      // Withdrawn or erased meanwhile: nothing is owed for it any more.
      if (!ended.ok && ended.code !== 'handover_not_owed') return ended
    }
    const last = owed.at(-1)
    if (last === undefined) break
    after = last
  }
  for (let tries = 1; ; tries++) {
    const finished = await ledger.write('finishHandover', {}, bySelf)
    if (finished.ok || finished.code !== 'handover_owed' || isStopping() || tries === GONE_TRIES_LIMIT) return finished
    await pause(GONE_POLL_MS)
  }
}

/** A failing disk is an answer like any other. */
const surviveDisk = async (work: () => Promise<Result<unknown>>): Promise<Result<unknown>> => {
  try {
    return await work()
  } catch (error) {
    const disk = explainDisk(error)
    if (disk === undefined) throw error
    return disk
  }
}

/** `otherwise`: what holds while the disk does not answer. */
const unlessDisk = (ask: () => boolean, otherwise: boolean): boolean => {
  try {
    return ask()
  } catch (error) {
    if (explainDisk(error) === undefined) throw error
    return otherwise
  }
}

export const keepHandover = (deps: Deps): Handover => {
  const { gate, facts, ledger } = deps
  let isStopping = false
  let running: Promise<Result<unknown>> | undefined

  /** One run at a time. */
  const run = async (): Promise<Result<unknown>> => {
    running ??= surviveDisk(() => carryOut(deps, () => isStopping)).finally(() => {
      running = undefined
    })
    const ran = await running
    if (!ran.ok && !isStopping) log('fault', 'handover_held_up', { because: ran.code })
    return ran
  }

  const isOpen = () => unlessDisk(() => facts.readHandover() !== undefined, false)
  // Another notice comes by a start alone: once there is none of a former one, none comes back.
  let former = true
  const keepsFormerFaces = () => {
    former &&= unlessDisk(() => facts.keepsFormerFace(gate), true)
    return former
  }
  keepsFormerFaces()
  const look = () => {
    if (running === undefined && isOpen()) void run()
  }
  look()
  const timer = setInterval(look, LOOK_EVERY_MS)

  return {
    begin: async (operator, by) => {
      const begun = await ledger.write('beginHandover', { gate, operator }, by)
      const open = facts.readHandover()
      if (!begun.ok && (begun.code !== 'handover_open' || open === undefined)) return begun
      const ran = await run()
      if (!ran.ok) return ran
      return done(begun.ok ? begun.value.handover : (open?.number ?? 0))
    },
    keepsFormerFaces,
    stop: () => {
      isStopping = true
      clearInterval(timer)
    },
  }
}
