// `desk keypad`: the resident at the desk types his code at a keypad of the gate. The office hears that it was taken, and the number that goes
// with it; the code is in no answer. Called by the control socket.

import * as v from 'valibot'
import { listDevices } from '../../config/mounted.ts'
import { done, failed, type Result, reveal } from '../../config/words.ts'
import { flawOfCode } from '../core/code-rules.ts'
import type { Daemon } from '../daemon.ts'
import { commandFor, residentId } from './command.ts'
import { deskSteps, giveCode, proposeNumber } from './desk.ts'

const findKeypad = ({ config }: Daemon, named: string | undefined): Result<string> => {
  const ids = listDevices(config).keypad.map(({ device }) => device.id)
  const [only, another] = ids
  if (named !== undefined) return ids.includes(named) ? done(named) : failed('keypad_unknown', ids.join(', '))
  if (only === undefined) return failed('keypad_unknown')
  return another === undefined ? done(only) : failed('keypad_which', ids.join(', '))
}

const deskKeypad = commandFor('office')(
  v.strictObject({ resident: residentId, keypad: v.exactOptional(v.pipe(v.string(), v.maxLength(64))) }),
  async (daemon, { resident, keypad }, conversation) => {
    const page = daemon.facts.showResident(resident)
    if (!page) return failed('resident_unknown', resident)
    const device = findKeypad(daemon, keypad)
    if (!device.ok) return device
    if (daemon.codeWindow.isOpen()) return failed('code_window_busy')
    const number = proposeNumber(page, 0)
    const { tell, onLeave } = conversation
    const onHint = (hint: string) => tell({ hint })
    const opened = daemon.codeWindow.open(device.value, {
      flawOf: (code) => flawOfCode(code, number),
      ...{ onHint, onLeave },
    })
    onHint('type_code_at_keypad')
    const typed = await opened
    if (!typed) return failed('code_not_typed')
    const given = await giveCode(daemon, page, reveal(typed.code), conversation)
    typed.answer(given.ok ? 'done' : 'refused')
    return given
  },
)

export const deskCommands = [...deskSteps, ['desk keypad', deskKeypad]] as const
