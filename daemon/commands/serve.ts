// The daemon's end of the command line: which commands there are, and their answers over the control socket. A bug in one command
// takes nothing else down; a daemon that stops first ends what still runs, and waits for it a moment. Served by `run` and `sim`.

import { failed } from '../../config/words.ts'
import { log } from '../../drivers/log.ts'
import { type Answer, type Conversation, serveControl } from '../control.ts'
import type { Daemon } from '../daemon.ts'
import { awaitWithin } from '../store/within.ts'
import { backUp } from './backup.ts'
import { modelsCalibrate } from './calibrate.ts'
import { callCommands } from './call.ts'
import { cardCommands } from './cards.ts'
import { codeCommands } from './codes.ts'
import type { Command } from './command.ts'
import { consentAsk, consentEnding, consentRecord, consentRefuse, consentShow, consentWithdraw } from './consents.ts'
import { cardAdd, credentialRevoke, pinSet } from './credentials.ts'
import { deskCommands } from './desk-keypad.ts'
import { clockAccept, openOnce } from './door.ts'
import { eraseResident, eraseVerify } from './erase.ts'
import { faceEnrol } from './face.ts'
import { faceOff, faceOn } from './face-stop.ts'
import { numberForm } from './forms.ts'
import { handOver } from './handover.ts'
import { householdCommands } from './households.ts'
import { assessImpact } from './impact.ts'
import { importCommands } from './import.ts'
import { logTail, logVerify } from './log.ts'
import { lostCardCommands } from './lost-cards.ts'
import { motorCommands } from './motor.ts'
import { residentExport, residentShow, residentWhy } from './own.ts'
import { passCommands } from './passes.ts'
import { householdAdd, householdList, residentAdd, residentList } from './people.ts'
import { keyShow, logHead, receiptShow } from './receipts.ts'
import { equalityReport, privacyReport } from './report.ts'
import { requestAdd, requestClose, requestList } from './requests.ts'
import { callAs, mayAsk } from './roles.ts'
import { ruleCommands } from './rules.ts'
import { showStatus } from './status.ts'
import { residentResume, residentSuspend } from './suspension.ts'

export const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ...ruleCommands,
  ...cardCommands,
  ...passCommands,
  ...lostCardCommands,
  ...motorCommands,
  ...callCommands,
  ...codeCommands,
  ...householdCommands,
  ...importCommands,
  ...deskCommands,
  ['status', showStatus],
  ['household add', householdAdd],
  ['household list', householdList],
  ['resident add', residentAdd],
  ['resident list', residentList],
  ['resident show', residentShow],
  ['resident export', residentExport],
  ['resident why', residentWhy],
  ['resident suspend', residentSuspend],
  ['resident resume', residentResume],
  ['card add', cardAdd],
  ['pin set', pinSet],
  ['consent record', consentRecord],
  ['consent ask', consentAsk],
  ['consent refuse', consentRefuse],
  ['consent ending', consentEnding],
  ['consent show', consentShow],
  ['consent withdraw', consentWithdraw],
  ['face enrol', faceEnrol],
  ['models calibrate', modelsCalibrate],
  ['face off', faceOff],
  ['face on', faceOn],
  ['credential revoke', credentialRevoke],
  ['erase', eraseResident],
  ['erase verify', eraseVerify],
  ['backup', backUp],
  ['open', openOnce],
  ['clock accept', clockAccept],
  ['report equality', equalityReport],
  ['report impact', assessImpact],
  ['notice form', numberForm],
  ['report privacy', privacyReport],
  ['log tail', logTail],
  ['log verify', logVerify],
  ['log head', logHead],
  ['receipt show', receiptShow],
  ['key show', keyShow],
  ['handover', handOver],
  ['request add', requestAdd],
  ['request list', requestList],
  ['request close', requestClose],
])

/** A change under way has a code to hash and its turn at the disk to wait for; what takes longer finds the ledger stopped. */
const CLOSE_LIMIT_MS = 2000

/** `close` takes no more commands, ends those that run and waits for them, within a limit. */
export type Served = { readonly close: () => Promise<void> }

export const serveCommands = (daemon: Daemon): Served => {
  /** What ends each command, and when it has ended. */
  const running = new Map<() => void, Promise<void>>()
  let closing = false

  const answer: Answer = async (request, { tell, onLeave }, caller) => {
    const found = commands.get(request.command)
    if (!found) return failed('command_unknown', request.command.slice(0, 40))
    if (!mayAsk(caller.role, found.roles ?? [])) return failed('role_refused', caller.role)
    if (closing) return failed('daemon_gone')
    let leave = () => {
      // The command has nothing to end.
    }
    const end = () => leave()
    const conversation: Conversation = {
      tell,
      onLeave: (listener) => {
        leave = listener
      },
    }
    onLeave(end)
    const { promise: ended, resolve: endRun } = Promise.withResolvers<void>()
    running.set(end, ended)
    try {
      const result = await callAs(caller, () => found(daemon, request.args, conversation))
      return closing && !result.ok ? failed('daemon_gone') : result
    } catch (error) {
      // What it worked with may have been closed under it.
      if (closing) return failed('daemon_gone')
      log('fault', 'command_fault', { error: error instanceof Error ? error.name : 'unknown' })
      return failed('command_fault', error instanceof Error ? error.name : undefined)
    } finally {
      running.delete(end)
      endRun()
    }
  }

  const server = serveControl(daemon.sockets, daemon.runtimeDirectory, answer)
  return {
    close: async () => {
      closing = true
      server.close()
      for (const end of [...running.keys()]) end()
      await awaitWithin<unknown>(Promise.all(running.values()), CLOSE_LIMIT_MS, undefined)
    },
  }
}
