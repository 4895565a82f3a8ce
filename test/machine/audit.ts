// The account of a storm (storm.ts): from what was done to a door and what a watcher saw on its line, the stretches in which the
// line was energised without a cause, and those in which it rested under fire. Pure; a rule here is written from design.md (P7, P8)
// and not from the door's code. Called by storm.test.ts with the traces of one boot at a time.

import * as v from 'valibot'
import { modes } from '../../config/words.ts'

const at = v.number()

/** Told before it is done, in milliseconds of the machine's monotonic clock. */
export const trace = v.variant('kind', [
  /** What the watcher saw. */
  v.object({ kind: v.literal('line'), at, on: v.boolean() }),
  /** The watcher had not looked for so long: the machine gave it, and perhaps the door as well, no time. */
  v.object({ kind: v.literal('gap'), at, lastedMs: v.number() }),
  v.object({ kind: v.literal('fire'), at, on: v.boolean() }),
  v.object({ kind: v.literal('button'), at, down: v.boolean() }),
  v.object({ kind: v.literal('order'), at, pulseMs: v.number() }),
  v.object({ kind: v.literal('mode'), at, mode: v.picklist(modes) }),
  /** A sign of life on the connection on which the mode was said. */
  v.object({ kind: v.literal('heard'), at }),
  /** `ready`: its relay and its inputs are its own now. `dead`: for whatever cause. */
  v.object({ kind: v.literal('door'), at, life: v.picklist(['started', 'ready', 'frozen', 'thawed', 'dead']) }),
])
export type Trace = v.InferOutput<typeof trace>
export type Life = Extract<Trace, { kind: 'door' }>['life']

export type AuditLimits = {
  readonly pulseMs: number
  readonly pulseLimitMs: number
  /** A mode stands so long without a sign of life. */
  readonly silenceMs: number
  /** From the end of a living door's causes to the line at rest, and from a cause to the line energised. */
  readonly lateMs: number
  /** The same for a door that has its lines since a moment: all its code runs for the first time. */
  readonly firstMs: number
  /** From a door's death to the line at rest. */
  readonly restMs: number
}

type Span = { readonly from: number; readonly until: number }
type Cause = Span & { readonly because: string; readonly lateMs: number }

export type Finding = Span & { readonly what: 'energised_without_cause' | 'at_rest_under_fire' }
export type Account = {
  readonly findings: readonly Finding[]
  /** How often the line was energised: a door that never opens has no findings either. */
  readonly energised: number
}

/** Spans between a beginning and an end, the last one perhaps without. */
const pairSpans = (moments: readonly { readonly at: number; readonly begins: boolean }[], end: number): Span[] => {
  const spans: Span[] = []
  let from: number | undefined
  for (const { at, begins } of moments) {
    if (begins) from ??= at
    else if (from !== undefined) {
      spans.push({ from, until: at })
      from = undefined
    }
  }
  return from === undefined ? spans : [...spans, { from, until: end }]
}

const pick = <K extends Trace['kind']>(traces: readonly Trace[], kind: K) =>
  traces.filter((one): one is Extract<Trace, { kind: K }> => one.kind === kind)

const within = ({ from, until }: Span, moment: number) => from <= moment && moment <= until
const meet = (a: Span, b: Span): Span[] => {
  const both = { from: Math.max(a.from, b.from), until: Math.min(a.until, b.until) }
  return both.from < both.until ? [both] : []
}

/** What is known of one boot, as spans. */
const readBoot = (traces: readonly Trace[], { lateMs, firstMs }: AuditLimits) => {
  const end = Math.max(0, ...traces.map((one) => one.at))
  const lives = pick(traces, 'door')
  const spansOf = (begin: Life, ends: readonly Life[]) =>
    pairSpans(
      lives
        .filter(({ life }) => life === begin || ends.includes(life))
        .map(({ at, life }) => ({ at, begins: life === begin })),
      end,
    )
  const lived = spansOf('started', ['dead'])
  const working = spansOf('ready', ['dead'])
  const frozen = spansOf('frozen', ['thawed', 'dead'])
  const starting = lived.map((life) => {
    const ready = working.find(({ from }) => within(life, from))
    return { from: life.from, until: Math.min(life.until, ready ? ready.from + firstMs : end) }
  })
  return {
    ...{ traces, end, lived, working, frozen },
    /** Times in which a door learns of nothing; a frozen one may not have heard what was done just before. */
    deaf: [...frozen.map(({ from, until }) => ({ from: from - lateMs, until })), ...starting],
    lines: pairSpans(
      pick(traces, 'line').map(({ at, on }) => ({ at, begins: on })),
      end,
    ),
    gaps: pick(traces, 'gap').map(({ at, lastedMs }) => ({ from: at - lastedMs, until: at })),
    fires: pairSpans(
      pick(traces, 'fire').map(({ at, on }) => ({ at, begins: on })),
      end,
    ),
    presses: pairSpans(
      pick(traces, 'button').map(({ at, down }) => ({ at, begins: down })),
      end,
    ),
  }
}
type Boot = ReturnType<typeof readBoot>

/** What was done to a door that is frozen or starts, it learns when it thaws, or works. */
const learnedAt = ({ deaf }: Boot, moment: number): number =>
  Math.max(moment, ...deaf.filter((span) => within(span, moment)).map(({ until }) => until))

/** When a door that is still starting has its inputs. */
const workingAt = ({ lived, working, end }: Boot, moment: number): number => {
  const life = lived.find((span) => within(span, moment))
  return Math.max(moment, life ? (working.find(({ from }) => within(life, from))?.from ?? end) : moment)
}

/** A press counts anew for a door that starts while the button is down. */
const pressCauses = (boot: Boot, { pulseMs, pulseLimitMs }: AuditLimits): (Span & { because: string })[] =>
  boot.presses.flatMap((press) =>
    [press.from, ...boot.lived.map(({ from }) => from).filter((from) => within(press, from))].map((since) => ({
      because: 'exit_button',
      from: since,
      until: Math.min(learnedAt(boot, press.until) + pulseMs, learnedAt(boot, workingAt(boot, since)) + pulseLimitMs),
    })),
  )

const orderCauses = (boot: Boot): (Span & { because: string })[] =>
  pick(boot.traces, 'order').map(({ at, pulseMs }) => ({
    because: 'order',
    from: at,
    until: learnedAt(boot, at) + pulseMs,
  }))

/** From where it is said to where another is said, or main has been silent for too long. */
const modeCauses = (boot: Boot, { silenceMs }: AuditLimits): (Span & { because: string })[] => {
  const said = pick(boot.traces, 'mode')
  return said.flatMap(({ at, mode }, n) => {
    if (mode !== 'open' && mode !== 'evacuation') return []
    const next = said[n + 1]?.at ?? Number.POSITIVE_INFINITY
    let heardAt = learnedAt(boot, at)
    for (const heard of pick(boot.traces, 'heard').filter((one) => one.at > at && one.at < next))
      if (heard.at <= heardAt + silenceMs) heardAt = learnedAt(boot, heard.at)
    return [{ because: mode, from: at, until: Math.min(learnedAt(boot, next), heardAt + silenceMs) }]
  })
}

/** Each cause, cut where the door that knew it died: fire alone outlives a door, and is seen by the next one. */
const findCauses = (boot: Boot, limits: AuditLimits): readonly Cause[] => {
  const { lateMs, restMs } = limits
  const cut = ({ from, until, because }: Span & { because: string }): Cause[] =>
    boot.lived
      .filter((life) => within(life, from))
      .map((life) =>
        until < life.until ? { from, until, because, lateMs } : { from, until: life.until, because, lateMs: restMs },
      )
  const fires = boot.fires.flatMap((fire) => boot.lived.flatMap((life) => meet(fire, life)))
  const causes = [
    ...fires.map((span) => ({ ...span, until: learnedAt(boot, span.until), because: 'fire' })),
    ...pressCauses(boot, limits),
    ...orderCauses(boot),
    ...modeCauses(boot, limits),
  ].flatMap(cut)
  // A frozen door moves nothing: an energised relay stays so until it thaws or is dead.
  const kept = boot.frozen
    .filter(({ from }) => causes.some((cause) => within({ from: cause.from, until: cause.until + lateMs }, from)))
    .flatMap((span) => cut({ ...span, because: 'frozen' }))
  return [...causes, ...kept]
}

/** A moment later, by as much as the machine itself stood still meanwhile. */
const laterThan = ({ gaps }: Boot, moment: number, byMs: number): number => {
  let until = moment + byMs
  for (const gap of gaps) if (gap.from < until && gap.until > moment) until += gap.until - Math.max(gap.from, moment)
  return until
}

/** What remains of a span when others are taken away. */
const without = (span: Span, others: readonly Span[]): Span[] =>
  others.reduce<Span[]>(
    (rest, other) =>
      rest.flatMap(({ from, until }) =>
        [
          { from, until: Math.min(until, other.from) },
          { from: Math.max(from, other.until), until },
        ].filter((one) => one.from < one.until),
      ),
    [span],
  )

export const auditBoot = (traces: readonly Trace[], limits: AuditLimits): Account => {
  const boot = readBoot(traces, limits)
  const explained = findCauses(boot, limits).map(({ from, until, lateMs }) => ({
    from,
    until: laterThan(boot, until, lateMs),
  }))
  const energised = boot.lines.flatMap((line) => without(line, explained))
  // Not while it is frozen or starts, nor in the moment after: it can do nothing then.
  const helpless = boot.deaf.map(({ from, until }) => ({ from, until: laterThan(boot, until, limits.lateMs) }))
  const owed = boot.fires.flatMap((fire) =>
    boot.working
      .flatMap((life) => meet(fire, life))
      .map(({ from, until }) => ({ from: laterThan(boot, from, limits.lateMs), until }))
      .filter(({ from, until }) => from < until)
      .flatMap((span) => without(span, [...helpless, ...boot.lines])),
  )
  return {
    findings: [
      ...energised.map((span) => ({ ...span, what: 'energised_without_cause' as const })),
      ...owed.map((span) => ({ ...span, what: 'at_rest_under_fire' as const })),
    ],
    energised: boot.lines.length,
  }
}
