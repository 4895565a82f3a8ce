// Opens the store for the daemon and makes a judged configuration effective in it, or says why not. Starts no part.

import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { offers } from '../config/mounted.ts'
import { hashNotice } from '../config/notice.ts'
import type { Config } from '../config/settings.ts'
import { type Clock, done, failed, paths, type Result, type Side, sides } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import { isClockSet } from './clock.ts'
import { hashAssessed } from './report/assessed.ts'
import { type FactsReader, openFacts } from './store/facts.ts'
import { openKeys, settleKeys } from './store/keys.ts'
import { type Ledger, type LedgerAlarm, startLedger } from './store/ledger.ts'
import type { Standing } from './store/mirror.ts'
import { openSignet, type Signet } from './store/receipt-text.ts'
import { applyRestore, stagedRestore } from './store/restore.ts'
import { openStoreFile, type StoreFile } from './store/store-file.ts'

export type OpenedStore = {
  readonly facts: FactsReader
  readonly ledger: Ledger
  /** Signs receipts. */
  readonly signet: Signet
  readonly storeFile: StoreFile
  /** Absent when the face unit has the key as a credential of its own. */
  readonly templateKeyFile: string | undefined
  readonly close: () => Promise<void>
}

const readNow = (clock: Clock) => ({ wall: clock.wall(), monotonic: clock.monotonic() })
export const readBootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()

export const openStore = async (
  config: Config,
  clock: Clock,
  runtimeDirectory: string,
  onAlarm: (alarm: LedgerAlarm) => void,
  mayMakeKeys = true,
): Promise<Result<OpenedStore>> => {
  const file = join(config.store.directory, 'gate.db')
  const place = {
    keysDirectory: config.store.keysDirectory,
    credentialsDirectory: process.env['CREDENTIALS_DIRECTORY'],
    mayMake: mayMakeKeys,
  }
  const storeExists = existsSync(file) || existsSync(stagedRestore(file))
  const keys = openKeys({ ...place, storeExists })
  if (!keys.ok) return keys
  const boot = readBootId()
  const journalFile = join(runtimeDirectory, 'journal-count')
  const clockSet = () => isClockSet(config.clock.trust)
  const key = keys.value.store
  const restored = applyRestore({ file, key }, { ...readNow(clock), boot, clockSet: clockSet() })
  if (!restored.ok) log('fault', 'restore_refused', { because: restored.code })
  else if (restored.value) log('notice', 'store_restored', { record: restored.value.record })
  // Keys without a store were only just made (keys.ts refuses any other): nowhere else may a store be made.
  const create = !storeExists
  let reader: FactsReader | undefined
  const onWritten = () => reader?.warmSoon()
  const ledger = await startLedger({ file, key, create, clock, clockSet, boot, journalFile, onAlarm, onWritten })
  if (!ledger.ok) return ledger
  settleKeys(place)
  const facts = openFacts({ file, key, boot, pending: ledger.value.pending })
  if (!facts.ok) {
    await ledger.value.stop()
    return facts
  }
  reader = facts.value
  const close = async () => {
    facts.value.close()
    await ledger.value.stop()
  }
  return done({
    facts: facts.value,
    ledger: ledger.value,
    signet: openSignet(keys.value.gate),
    storeFile: openStoreFile({ file, key }),
    templateKeyFile: keys.value.templateKeyFile,
    close,
  })
}

const offeredSides = (config: Config) =>
  sides.flatMap((side) => {
    const offered = config.sides[side]
    if (!offered) return []
    return [{ side, paths: paths.filter((path) => offers(offered, path)), twoFactor: offered.twoFactor ?? [] }]
  })

/** P1 at start and at reload: the sides where nobody could come in but by face, while faces are enrolled. */
export const findFaceAlone = (config: Config, facts: Pick<FactsReader, 'findFaceAlone'>): readonly Side[] =>
  facts.findFaceAlone(offeredSides(config))

/**
 * Mirrors the configuration into the store, where the law's triggers read it; refused while nobody could come in but by face. One that
 * is effective already is only recorded so, which waits for no disk. The answer is what the runs before left standing.
 */
export const adoptConfiguration = async (
  config: Config,
  model: string,
  store: Pick<OpenedStore, 'facts' | 'ledger'>,
): Promise<Result<Standing>> => {
  const alone = findFaceAlone(config, store.facts)
  if (alone.length > 0) return failed('face_alone', alone.join(', '))
  const configHash = createHash('sha256').update(JSON.stringify(config)).digest('hex')
  const scheduleIds = (config.schedules ?? []).map(({ id }) => id)
  const noticeHash = hashNotice(config)
  const assessed = hashAssessed(config)
  const hashes = { noticeHash, model, configHash, assessed }
  const mirrored = { gate: config.gate, sides: offeredSides(config), ...hashes, scheduleIds }
  const by = { role: 'daemon', caller: 'main' }
  const standing = store.facts.findStanding(mirrored)
  if (standing === undefined) return store.ledger.write('mirrorConfiguration', mirrored, by)
  const { sides: _, scheduleIds: __, ...named } = mirrored
  await store.ledger.record({ kind: 'configuration_effective', payload: { ...named, ...standing, by } })
  return done(standing)
}
