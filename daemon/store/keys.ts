// The keys that live outside the store: made together when neither a key nor the store exists, read at every start.
// Never prints a key, never replaces one, and never loads the template key, which is the face process's alone.
// Called by main before the store is opened.

import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { done, failed, hide, type Result, type Secret } from '../../config/words.ts'

export const keyNames = ['store.key', 'template.key', 'gate.key'] as const
export type KeyName = (typeof keyNames)[number]

/** Stands beside the keys from before they are made until the store exists, so that a first start cut short is begun again. */
const firstStartMark = 'first-start'

export type KeyCode =
  | 'credential_missing'
  | 'key_missing_for_store'
  | 'store_missing_for_key'
  | 'key_unreadable'
  | 'key_malformed'
  | 'key_permissions'
  | 'keys_not_writable'

export type GateKeys = {
  /** 32 bytes, every page of the store. */
  readonly store: Secret<Buffer>
  /** Ed25519, receipts and checkpoints. */
  readonly gate: Secret<KeyObject>
  /** The path of the template key in a checkout, handed to the face process; installed, its own unit has the credential. */
  readonly templateKeyFile?: string
}

export type KeyPlace = {
  readonly keysDirectory: string
  /** systemd's $CREDENTIALS_DIRECTORY; a key found there wins, and no key is ever made beside it. */
  readonly credentialsDirectory?: string | undefined
  /** False where keys are credentials that are made at install: one that is missing is a fault and no beginning. */
  readonly mayMake?: boolean
}

const writeNew = (file: string, text: string): void => {
  const handle = openSync(file, 'wx', 0o600)
  try {
    writeSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

const syncDirectory = (directory: string): void => {
  const handle = openSync(directory, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

const makeKeys = (directory: string): Result<void, KeyCode> => {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const mark = join(directory, firstStartMark)
    if (!existsSync(mark)) writeNew(mark, '')
    for (const name of keyNames) rmSync(join(directory, name), { force: true })
    const { privateKey } = generateKeyPairSync('ed25519')
    writeNew(join(directory, 'template.key'), `${randomBytes(32).toString('hex')}\n`)
    writeNew(join(directory, 'gate.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
    writeNew(join(directory, 'store.key'), `${randomBytes(32).toString('hex')}\n`)
    syncDirectory(directory)
    return done(undefined)
  } catch (error) {
    return failed('keys_not_writable', `${directory}: ${readErrno(error)}`)
  }
}

const readErrno = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error'

/** Where a key is: systemd gives its credentials to the unit alone, so only a plain file's permissions are ours to judge. */
const findKey = (place: KeyPlace, name: KeyName): { file: string; credential: boolean } | undefined => {
  const credential = place.credentialsDirectory === undefined ? undefined : join(place.credentialsDirectory, name)
  if (credential !== undefined && existsSync(credential)) return { file: credential, credential: true }
  const file = join(place.keysDirectory, name)
  return existsSync(file) ? { file, credential: false } : undefined
}

const readKeyText = (place: KeyPlace, name: KeyName): Result<string, KeyCode> => {
  const found = findKey(place, name)
  if (found === undefined) return failed('key_missing_for_store', name)
  try {
    if (!found.credential && (statSync(found.file).mode & 0o077) !== 0) return failed('key_permissions', found.file)
    return done(readFileSync(found.file, 'utf8'))
  } catch (error) {
    return failed('key_unreadable', `${found.file}: ${readErrno(error)}`)
  }
}

const readStoreKey = (place: KeyPlace): Result<Secret<Buffer>, KeyCode> => {
  const text = readKeyText(place, 'store.key')
  if (!text.ok) return text
  const hex = text.value.trim()
  return /^[0-9a-f]{64}$/i.test(hex) ? done(hide(Buffer.from(hex, 'hex'))) : failed('key_malformed', 'store.key')
}

const readGateKey = (place: KeyPlace): Result<Secret<KeyObject>, KeyCode> => {
  const text = readKeyText(place, 'gate.key')
  if (!text.ok) return text
  try {
    const key = createPrivateKey(text.value)
    return key.asymmetricKeyType === 'ed25519' ? done(hide(key)) : failed('key_malformed', 'gate.key')
  } catch {
    // The parser's message may quote the key; the code says enough.
    return failed('key_malformed', 'gate.key')
  }
}

/** Makes the keys on the very first start, then reads those that main needs. */
export const openKeys = (place: KeyPlace & { readonly storeExists: boolean }): Result<GateKeys, KeyCode> => {
  const first = existsSync(join(place.keysDirectory, firstStartMark))
  const present = keyNames.filter((name) => findKey(place, name) !== undefined)
  const credentials = keyNames.some((name) => findKey(place, name)?.credential === true)
  if (!place.storeExists && present.length > 0 && !first) {
    return failed('store_missing_for_key', present.join(', '))
  }
  if (!place.storeExists && !credentials && place.mayMake === false) return failed('credential_missing', 'store.key')
  if (!place.storeExists && !credentials && present.length < keyNames.length) {
    const made = makeKeys(place.keysDirectory)
    if (!made.ok) return made
  }
  if (place.storeExists && first) settleKeys(place)
  const store = readStoreKey(place)
  if (!store.ok) return store
  const gate = readGateKey(place)
  if (!gate.ok) return gate
  const template = findKey(place, 'template.key')
  if (template === undefined && !credentials) return failed('key_missing_for_store', 'template.key')
  return done({
    store: store.value,
    gate: gate.value,
    ...(template === undefined ? {} : { templateKeyFile: template.file }),
  })
}

/** Ends the first start: called once the store stands, so that from now on a missing store is a fault and no beginning. */
export const settleKeys = (place: KeyPlace): void => rmSync(join(place.keysDirectory, firstStartMark), { force: true })
