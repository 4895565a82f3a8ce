// Lines that are the door's: no lamp is ever driven on them, whatever the settings say. Two voices, and what either names is spared: main,
// whose settings name them, and the door itself, which may run with wires that main has not accepted, and leaves a file beside its lock
// before it opens any. The kernel gives a held line to nobody else; this is for the moments in which the door is not there. Asked by
// wired.ts; the file is written by the door (../door/own-lines.ts) and read again at each look.

import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { log } from '../log.ts'
import { type DoorLines, doorLines } from './settings.ts'

export type Spared = {
  /** Of this chip, by name or offset. */
  readonly on: (chip: string) => readonly (string | number)[]
  /** Another text than before: what was opened under the old one is to be asked for again. */
  readonly text: () => string
}

export const createSpared = (fromMain: DoorLines | undefined, file: string): Spared => {
  let complained = false
  /** Absent: the door has not been here since the machine started. */
  const text = (): string => {
    try {
      return readFileSync(file, 'utf8')
    } catch {
      return '' // absent, or not for us: main's word is left
    }
  }
  const complain = (): undefined => {
    if (!complained) log('fault', 'door_lines_malformed')
    complained = true
  }
  const fromDoor = (): DoorLines | undefined => {
    const said = text()
    if (said === '') return undefined
    try {
      const parsed = v.safeParse(doorLines, JSON.parse(said))
      return parsed.success ? parsed.output : complain()
    } catch {
      return complain()
    }
  }
  return {
    on: (chip) => [fromMain, fromDoor()].flatMap((one) => (one?.chip === chip ? one.lines : [])),
    text,
  }
}
