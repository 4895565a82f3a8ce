// The card process: takes the readers from main's welcome and starts them. Started by the supervisor or by its own unit.
// With simulated readers alone no native module is loaded: pcsc.ts loads its library only once pcscd answers.

import * as v from 'valibot'
import { hide, sides } from '../../config/words.ts'
import { runPart } from '../harness.ts'
import { createIssues, type Issues } from './issue.ts'
import { createPcscCards } from './pcsc.ts'
import type { SiteKeys } from './proof/authenticate.ts'
import { createSerialCard } from './serial-card.ts'
import { createSimulatedCard } from './simulated.ts'

const id = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,32}$/))
const side = v.picklist(sides)
/** Main's to know; a reader at the desk reads like any other. */
const use = v.exactOptional(v.picklist(['gate', 'desk']))
const simulated = v.strictObject({ id, side, use, driver: v.literal('simulated') })
const pcsc = v.strictObject({
  id,
  side,
  use,
  driver: v.literal('pcsc'),
  reader: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
})
const serial = v.strictObject({
  id,
  side,
  use,
  driver: v.literal('serial'),
  device: v.pipe(v.string(), v.minLength(1)),
  baud: v.pipe(v.number(), v.integer(), v.minValue(1)),
})
const settings = v.strictObject({ devices: v.array(v.variant('driver', [pcsc, serial, simulated])) })

/** A reader's line was lost: EX_TEMPFAIL, start me anew. */
const EXIT_READER_LOST = 75
/** For the fault to reach main. */
const FAREWELL_MS = 50
const leave = () => {
  setTimeout(() => process.exit(EXIT_READER_LOST), FAREWELL_MS)
}

/** From main, in memory only; gone with the process. */
let siteKeys: SiteKeys | undefined
let issues: Issues | undefined
/** The readers at which somebody's face waits for the secret on his card. */
let secretReaders: ReadonlySet<string> = new Set()

runPart('card', {
  build: (raw, port) => {
    const { devices } = v.parse(settings, raw)
    const issuing = createIssues(port)
    issues = issuing
    const readers = devices.filter((device) => device.driver === 'pcsc')
    const lines = devices.filter((device) => device.driver === 'serial')
    const played = devices.filter((device) => device.driver === 'simulated')
    return [
      ...createPcscCards(
        readers,
        port,
        () => siteKeys,
        issuing,
        (device) => secretReaders.has(device),
      ),
      ...lines.map((device) => createSerialCard(device, port, leave)),
      ...played.map((device) => createSimulatedCard(device, port)),
    ]
  },
  receive: (message) => {
    if (message.type === 'issue') issues?.take(message)
    if (message.type === 'issue_stop') issues?.stop(message.request)
    if (message.type === 'card_secrets') secretReaders = new Set(message.devices)
    if (message.type !== 'card_keys') return
    siteKeys = hide(message.keys.map(({ generation, key }) => ({ generation, bytes: Buffer.from(key, 'hex') })))
  },
})
