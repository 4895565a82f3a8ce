// What commands and the door's hours read of the site's rules: a resident's rights with their dates, the mode that the office set, whether
// the first of a group has come. Read handle only. Called by facts.ts, which offers it.

import type { Group, Mode, WallMs } from '../../config/words.ts'
import type { ReadableStore } from './handles.ts'

export type RightLine = {
  readonly id: string
  readonly gate: string
  readonly scheduleId: string
  readonly notBefore: WallMs | null
  readonly expiresAt: WallMs | null
}

export type RuleReads = {
  readonly listRights: (residentId: string) => readonly RightLine[]
  /** Absent: the office never set one. */
  readonly findMode: (gate: string) => { readonly mode: Mode; readonly boot: string } | undefined
  /** `day`: YYYY-MM-DD by the gate's clock. */
  /** Of each group whose members could come in: by what rights. */
  readonly listGroupSchedules: (gate: string) => readonly { readonly belongs: Group; readonly scheduleId: string }[]
  readonly hasGroup: (group: Group) => boolean
  readonly hasFirstCome: (gate: string, group: Group, day: string) => boolean
}

export const prepareRuleReads = (store: ReadableStore): RuleReads => {
  const rights = store.prepare<[string], RightLine>(
    `SELECT id, gate, schedule_id AS scheduleId, not_before AS notBefore, expires_at AS expiresAt
     FROM entitlement WHERE resident_id = ? ORDER BY gate, id`,
  )
  const mode = store.prepare<[string], { mode: Mode; boot: string }>('SELECT mode, boot FROM gate_mode WHERE gate = ?')
  const first = store.prepare<[string, string], { day: string }>(
    'SELECT day FROM group_entry WHERE gate = ? AND belongs = ?',
  )
  const groups = store.prepare<[string], { belongs: Group; scheduleId: string }>(
    `SELECT DISTINCT r.belongs, e.schedule_id AS scheduleId FROM entitlement e JOIN resident r ON r.id = e.resident_id
     WHERE e.gate = ? AND EXISTS (SELECT 1 FROM credential c WHERE c.resident_id = r.id AND c.revoked_at IS NULL)`,
  )
  const member = store.prepare<[Group], { one: 1 }>('SELECT 1 AS one FROM resident WHERE belongs = ? LIMIT 1')
  return {
    listGroupSchedules: (gate) => groups.all(gate),
    hasGroup: (group) => member.get(group) !== undefined,
    listRights: (residentId) => rights.all(residentId),
    findMode: (gate) => mode.get(gate),
    hasFirstCome: (gate, group, day) => first.get(gate, group)?.day === day,
  }
}
