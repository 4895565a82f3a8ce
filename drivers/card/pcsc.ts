// Card readers behind pcscd, on nfc-pcsc. That library freezes the loop when opened while pcscd is away, never comes back after a
// loss, and loses the errors of its own status handling: it is opened only after pcscd has answered, only its raw readers are used,
// and when pcscd is lost this process ends and the supervisor starts another. Identifiers go to main and nowhere else.
// Called by part.ts.

import type { NFC, RawReader, Reader } from 'nfc-pcsc'
import { fitReader } from '../../config/reader-name.ts'
import { done, type MonotonicMs, type Side } from '../../config/words.ts'
import type { Device, Port } from '../contracts.ts'
import { log, originOf } from '../log.ts'
import type { CardReading, DeviceState } from '../protocol.ts'
import { kindOf, type Unreadable } from './identifier.ts'
import type { Issues, Issuing } from './issue.ts'
import { pcscdSocket, watchPcscd } from './pcscd.ts'
import type { SiteKeys } from './proof/authenticate.ts'
import { createStay } from './stay.ts'
import { beginTalk, beginTap, type Calls, createCalls } from './tap.ts'

/** sysexits.h EX_UNAVAILABLE: pcscd was lost, start me anew. */
export const PCSCD_LOST_EXIT_CODE = 69
/** From the loss to the end: main reads why, calls under way fail and free their threads. */
const LAST_WORDS_MS = 50

/** `reader`: a part of the reader's name as pcscd gives it. */
export type PcscSettings = {
  readonly id: string
  readonly side: Side
  readonly driver: 'pcsc'
  readonly reader: string
}

/** A call to the reader that is under way for so long hangs: all calls of a tap together take two and a half seconds at most, and the
 * twenty in which a card is issued one or two. */
const STUCK_MS = 5000

/** `workingSince`: of the tap that the reader is busy with. */
type Field = { readonly workingSince: () => MonotonicMs | undefined; readonly end: () => void }
/** The site's card keys as they are now; undefined while main has sent none. */
type Keys = () => SiteKeys | undefined
/** Whether a card that has proved its key at this reader is asked for the secret of a face bound to it. */
type WantsSecret = (device: string) => boolean
/** What every reader's field is watched with. */
type Service = {
  readonly calls: Calls
  readonly port: Port
  readonly keys: Keys
  readonly issues: Issues
  readonly wantsSecret: WantsSecret
}
type Slot = { readonly settings: PcscSettings; reader: Reader | undefined; field?: Field | undefined }
/** Why no reader can be up, whatever is plugged in. */
type Obstacle = 'pcscd_absent' | 'pcscd_refused' | 'pcscd_lost' | 'driver_missing'

export const createPcscCards = (
  devices: readonly PcscSettings[],
  port: Port,
  keys: Keys,
  issues: Issues,
  wantsSecret: WantsSecret = () => false,
): readonly Device[] => {
  const slots: readonly Slot[] = devices.map((settings) => ({ settings, reader: undefined }))
  const calls = createCalls()
  let obstacle: Obstacle | undefined = 'pcscd_absent'
  let watch: ReturnType<typeof watchPcscd> | undefined

  const block = (because: Exclude<Obstacle, 'pcscd_absent'>, error?: Error) => {
    obstacle = because
    log('fault', because, error ? { where: originOf(error) } : {})
    port.tell({ type: 'fault', code: because })
  }
  const lose = () => {
    if (obstacle === 'pcscd_lost') return
    block('pcscd_lost')
    setTimeout(() => process.exit(PCSCD_LOST_EXIT_CODE), LAST_WORDS_MS)
  }
  const attach = (reader: Reader) => {
    reader.on('error', lose)
    const free = slots.filter((slot) => slot.reader === undefined)
    const fits = (fit: 'exact' | 'moved') => free.find((slot) => fitReader(slot.settings.reader, reader.name) === fit)
    // In another USB port it has another number, unless that is somebody else's own name.
    const slot = fits('exact') ?? fits('moved')
    if (!slot) return
    slot.reader = reader
    slot.field = watchField(slot.settings.id, reader.reader, { calls, port, keys, issues, wantsSecret })
    reader.on('end', () => {
      slot.field?.end()
      slot.reader = undefined
      slot.field = undefined
    })
  }
  const openLibrary = async () => {
    const library = await loadLibrary()
    if (!library) return block('driver_missing')
    try {
      const nfc = new library.NFC()
      nfc.on('error', lose)
      nfc.on('reader', attach)
      obstacle = undefined
    } catch (error) {
      // polkit or the socket's rights: pcscd is there and does not serve this user.
      block('pcscd_refused', error instanceof Error ? error : undefined)
    }
  }
  const start = () => {
    if (watch) return
    endInSpiteOf(calls)
    watch = watchPcscd(pcscdSocket(process.env), { onFound: () => void openLibrary(), onLost: lose })
  }

  return slots.map((slot) => ({
    id: slot.settings.id,
    side: slot.settings.side,
    start,
    // The library's own close waits for a card that does not answer; the end of the process lets go of everything.
    stop: async () => watch?.stop(),
    state: () => stateOf(slot, obstacle, port.clock.monotonic()),
  }))
}

const isStuck = (field: Field | undefined, now: MonotonicMs): boolean => {
  const since = field?.workingSince()
  return since !== undefined && now - since > STUCK_MS
}

/** A reader that hangs reads nobody's card: for those in front of it it is down, until the card leaves or it is unplugged. */
const stateOf = (
  { settings: { id, side }, reader, field }: Slot,
  obstacle: Obstacle | undefined,
  now: MonotonicMs,
): DeviceState => {
  const because = obstacle ?? (!reader ? 'reader_absent' : isStuck(field, now) ? 'reader_stuck' : undefined)
  return because ? { device: id, side, state: 'down', because } : { device: id, side, state: 'up' }
}

/** nfc-pcsc and the add-on under it are optional: absent, or installed and not built. */
const loadLibrary = async (): Promise<{ readonly NFC: typeof NFC } | undefined> => {
  try {
    return await import('nfc-pcsc')
  } catch (error) {
    log('fault', 'nfc_pcsc_unloadable', { error: error instanceof Error ? error.name : 'unknown' })
    return undefined
  }
}

/** Node's end joins the threads of calls under way, for ever when a card does not answer: then only a kill ends the process. */
const endInSpiteOf = (calls: Calls): void => {
  process.on('exit', () => {
    if (calls.underWay() > 0) process.kill(process.pid, 'SIGKILL')
  })
}

/** One reading a tap: a card has to leave the field before it is read again, also one that lies there when the reader comes up. */
const watchField = (device: string, reader: RawReader, { calls, port, keys, issues, wantsSecret }: Service): Field => {
  let present: boolean | undefined
  let workingSince: MonotonicMs | undefined

  const stay = createStay(device, port)

  const tell = (card: CardReading['card']) => {
    const at = port.clock.monotonic()
    port.tell({ type: 'reading', path: 'card', device, at, card })
    if (present) stay.begin(at)
  }
  const tellUnreadable = (because: Unreadable) => tell({ kind: 'unreadable', because })

  /** The card in the field is given its keys instead of being read. */
  const issue = async (issuing: Issuing): Promise<void> => {
    workingSince = port.clock.monotonic()
    const talk = beginTalk<void>(reader, calls, async (card, transmit) => done(await issuing.work(card, transmit)))
    const outcome = await talk.outcome
    if (!outcome.ok) issuing.fail(outcome.code)
    if (!(await talk.released)) port.tell({ type: 'fault', device, code: 'card_not_released' })
    workingSince = undefined
  }
  const read = async (atr: Uint8Array) => {
    if (workingSince !== undefined || calls.isFull()) return tellUnreadable('reader_busy')
    const kind = kindOf(atr)
    // A memory card has no key to prove, nor to be given.
    const mayHaveKeys = kind.ok && kind.value === 'iso14443_4'
    const issuing = issues.next(device, keys())
    if (issuing) return mayHaveKeys ? issue(issuing) : issuing.fail('card_not_issuable')
    workingSince = port.clock.monotonic()
    const tap = beginTap(reader, calls, mayHaveKeys ? keys() : undefined, wantsSecret(device))
    const outcome = await tap.outcome
    if (!outcome.ok) tellUnreadable(outcome.code)
    else if (!kind.ok) tellUnreadable(kind.code)
    else tell({ kind: kind.value, ...outcome.value })
    if (!(await tap.released)) port.tell({ type: 'fault', device, code: 'card_not_released' })
    workingSince = undefined
  }

  // The library's own listener connects by itself and emits the error of that under the error's name, where nobody listens.
  reader.removeAllListeners('status')
  reader.on('status', ({ state, atr }) => {
    const before = present
    present = (state & reader.SCARD_STATE_PRESENT) !== 0
    if (!present) stay.end()
    if (!present || before !== false) return
    port.tell({ type: 'touched', device, at: port.clock.monotonic() })
    void read(atr ?? new Uint8Array())
  })
  return { workingSince: () => workingSince, end: stay.end }
}
