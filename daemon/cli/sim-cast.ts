// Who can be shown to the simulated camera by a short name: the people whose pictures the demo finds on this machine. Reads names of
// files only, when first asked. Called by sim.ts.

import { createChance } from '../demo/chance.ts'
import { findPictures, type Look } from '../demo/pictures.ts'

const names = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi', 'ivan', 'judy'] as const
/** The same faces under the same names each time. */
const SEED = 1

export type Cast = {
  /** Each with how many pictures there are. */
  readonly people: () => readonly { readonly name: string; readonly looks: number }[]
  /** `alice` is her first picture, `alice2` the second. */
  readonly find: (word: string) => Look | undefined
}

export const gatherCast = (pack: 'builtin' | 'recommended'): Cast => {
  let known: ReadonlyMap<string, readonly Look[]> | undefined
  const gather = (): ReadonlyMap<string, readonly Look[]> => {
    const { people } = findPictures(pack, createChance(SEED))
    return new Map(
      names.flatMap((name, n) => {
        const person = people[n]
        return person ? [[name, [...person.enrolment, ...person.probes]] as const] : []
      }),
    )
  }
  const cast = () => {
    known ??= gather()
    return known
  }
  return {
    people: () => [...cast()].map(([name, looks]) => ({ name, looks: looks.length })),
    find: (word) => {
      const [, name, number] = /^([a-z]+)([1-9]\d?)?$/.exec(word) ?? []
      return name === undefined ? undefined : cast().get(name)?.[Number(number ?? 1) - 1]
    },
  }
}
