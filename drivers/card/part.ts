// The card process: takes the readers from main's welcome and starts them. Started by the supervisor or by its own unit.
// With simulated readers alone no native module is loaded: pcsc.ts loads its library only once pcscd answers.

import * as v from 'valibot'
import { sides } from '../../config/words.ts'
import { runPart } from '../harness.ts'
import { createPcscCards } from './pcsc.ts'
import { createSimulatedCard } from './simulated.ts'

const id = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,32}$/))
const side = v.picklist(sides)
const simulated = v.strictObject({ id, side, driver: v.literal('simulated') })
const pcsc = v.strictObject({
  id,
  side,
  driver: v.literal('pcsc'),
  reader: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
})
const settings = v.strictObject({ devices: v.array(v.variant('driver', [pcsc, simulated])) })

runPart('card', {
  build: (raw, port) => {
    const { devices } = v.parse(settings, raw)
    const readers = devices.filter((device) => device.driver === 'pcsc')
    const played = devices.filter((device) => device.driver === 'simulated')
    return [...createPcscCards(readers, port), ...played.map((device) => createSimulatedCard(device, port))]
  },
})
