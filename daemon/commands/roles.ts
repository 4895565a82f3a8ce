// Who may ask for what: one control socket a role, each its group's alone. The role is the socket's, never the caller's word; who called
// is the kernel's word (peer.ts). A command that declares no role is the administrator's alone. Used by command.ts, serve.ts, the sockets.

import { AsyncLocalStorage } from 'node:async_hooks'
import type { Caller } from '../store/protocol.ts'

/**
 * `technician`: the parts, no names, no templates. `office`: households, residents, consents. `guard`: rooms and validity and the door,
 * never a consent or what happened. `auditor`: reports and the record. `root`: the administrator, everything.
 */
export const roles = ['root', 'technician', 'office', 'guard', 'auditor'] as const
export type Role = (typeof roles)[number]

export type RoleCaller = Caller & { readonly role: Role }

/** The sockets, by their names in the runtime folder and in the units. */
export const controlSockets = [
  'control',
  'control-technician',
  'control-office',
  'control-guard',
  'control-auditor',
] as const
export type ControlSocket = (typeof controlSockets)[number]
const rolesOfSockets: Readonly<Record<ControlSocket, Role>> = {
  control: 'root',
  'control-technician': 'technician',
  'control-office': 'office',
  'control-guard': 'guard',
  'control-auditor': 'auditor',
}
export const roleOf = (socket: ControlSocket): Role => rolesOfSockets[socket]

export const mayAsk = (role: Role, allowed: readonly Role[]): boolean => role === 'root' || allowed.includes(role)

/**
 * The caller of the command that runs. Kept beside the call and not in its arguments, so that no command can forget to pass it on, nor
 * name another.
 */
const calling = new AsyncLocalStorage<RoleCaller>()
export const callAs = <T>(caller: RoleCaller, run: () => T): T => calling.run(caller, run)
export const currentCaller = (): RoleCaller | undefined => calling.getStore()
