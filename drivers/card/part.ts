// The card process: takes the readers from main's welcome and starts them. Started by the supervisor or by its own unit.
// With simulated readers alone no native module is loaded: pcsc.ts loads its library only once pcscd answers.

import * as v from 'valibot'
import { hide, sides } from '../../config/words.ts'
import { runPart } from '../harness.ts'
import { createPcscCards } from './pcsc.ts'
import type { SiteKeys } from './proof/authenticate.ts'
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

/** From main, in memory only; gone with the process. */
let siteKeys: SiteKeys | undefined

runPart('card', {
  build: (raw, port) => {
    const { devices } = v.parse(settings, raw)
    const readers = devices.filter((device) => device.driver === 'pcsc')
    const played = devices.filter((device) => device.driver === 'simulated')
    return [
      ...createPcscCards(readers, port, () => siteKeys),
      ...played.map((device) => createSimulatedCard(device, port)),
    ]
  },
  receive: (message) => {
    if (message.type !== 'card_keys') return
    siteKeys = hide(message.keys.map(({ generation, key }) => ({ generation, bytes: Buffer.from(key, 'hex') })))
  },
})
