// Watches the relay through the whole demo, also while people are enrolled: it may be energised after a grant or by the exit button,
// and never else (P7). Called by demo.ts.

import type { Daemon } from '../daemon.ts'

export type Audit = { readonly relayWithoutGrant: () => number; readonly stop: () => void }

export const auditRelay = ({ watch }: Daemon): Audit => {
  const granted = new Set<string>()
  let stray = 0
  const stop = watch((happening) => {
    if (happening.kind === 'attempt' && happening.decision.outcome === 'grant') granted.add(happening.record.ref)
    if (happening.kind !== 'door' || happening.event.what !== 'relay_on') return
    const { ref, because } = happening.event
    const lawful = ref === undefined ? because === 'exit_button' : granted.has(ref)
    if (!lawful) stray++
  })
  return { relayWithoutGrant: () => stray, stop }
}
