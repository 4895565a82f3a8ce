// `call answer`: the guard or the office says to whoever pressed the call button that he was heard. Opens nothing. Called by the control socket.

import { byOffice, type Command, commandFor, noArgs } from './command.ts'

const callAnswer = commandFor('office', 'guard')(noArgs, ({ calls }) => calls.answer(byOffice()))

export const callCommands: readonly (readonly [string, Command])[] = [['call answer', callAnswer]]
