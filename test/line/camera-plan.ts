// Camera and models for a gate of a test, from whatever pictures and models this machine has. Used by the tests of line, law and faults.

import { allPeople, type People } from '../drivers/face-people.ts'
import type { GatePlan } from './gate-place.ts'

export const people: People = (() => {
  const [first] = allPeople
  if (!first) throw new Error('unreachable: the pack from npm is always there')
  return first
})()

/** A camera at the entry that shows pictures when told. */
export const addCamera = (plan: GatePlan): void => {
  plan.sides.entry.face = [{ id: 'entry-camera', driver: 'folder' }]
  plan.face = { pack: people.pack, modelsDirectory: people.modelsDirectory }
}
