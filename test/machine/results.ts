// What the machine's program says of each scenario, and the figures made of it: the worst of each name, beside its goal. Figures are
// printed, never asserted: a loaded machine is no fault of the door. Called by gpio.test.ts.

import * as v from 'valibot'

export const result = v.variant('ok', [
  v.object({ name: v.string(), ok: v.literal(true), figures: v.record(v.string(), v.number()), tookMs: v.number() }),
  v.object({ name: v.string(), ok: v.literal(false), because: v.string(), tookMs: v.number() }),
])
export type MachineResult = v.InferOutput<typeof result>

/** At most. */
const goals: Readonly<Record<string, number>> = {
  relay_at_rest_after_kill_ms_gpiochip: 250,
  relay_at_rest_after_kill_ms_onoff: 1000,
  relay_at_rest_after_kill_ms_onoff_lock_unit: 1000,
}

export type MachineFigure = { readonly worst: number; readonly goal?: number; readonly ok?: boolean }

export const findFigures = (results: readonly MachineResult[]): Readonly<Record<string, MachineFigure>> => {
  const found = results.flatMap((one) => (one.ok ? Object.entries(one.figures) : []))
  const names = [...new Set(found.map(([name]) => name))]
  return Object.fromEntries(
    names.map((name) => {
      const worst = Math.max(...found.filter(([one]) => one === name).map(([, value]) => value))
      const goal = goals[name]
      return [name, goal === undefined ? { worst } : { worst, goal, ok: worst <= goal }]
    }),
  )
}
