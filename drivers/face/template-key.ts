// Reads the key that wraps every template's own key: a systemd credential when installed, a file in a checkout. Must never make one
// (main does, with the store) and never print it or say what stood in the file. Called by the face part, the only one that may.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { done, failed, hide, type Result, type Secret } from '../../config/words.ts'

const KEY_BYTES = 32
/** 64 hexadecimal digits and an end of line. */
const FILE_LIMIT_BYTES = 66
const FOR_OTHERS = 0o077

export type KeyFailure =
  | 'template_key_missing'
  | 'template_key_unreadable'
  | 'template_key_permissions'
  | 'template_key_malformed'

const digitOf = (byte: number): number => {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/** Byte by byte: a string of the digits would stay in memory until it is collected. */
const parseHexKey = (text: Uint8Array): Buffer | undefined => {
  const key = Buffer.alloc(KEY_BYTES)
  for (let i = 0; i < KEY_BYTES; i++) {
    const high = digitOf(text[i * 2] ?? 0)
    const low = digitOf(text[i * 2 + 1] ?? 0)
    if (high < 0 || low < 0) return undefined
    key[i] = high * 16 + low
  }
  const rest = Buffer.from(text.subarray(KEY_BYTES * 2)).toString('latin1')
  return rest === '' || rest === '\n' || rest === '\r\n' ? key : undefined
}

const readKeyFile = (file: string, mayBeShared: boolean): Result<Secret<Buffer>, KeyFailure> => {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return failed(absent ? 'template_key_missing' : 'template_key_unreadable')
  }
  const text = Buffer.alloc(FILE_LIMIT_BYTES + 1)
  try {
    const { mode } = fstatSync(descriptor)
    if (!mayBeShared && (mode & FOR_OTHERS) !== 0) return failed('template_key_permissions')
    const length = readSync(descriptor, text, 0, text.length, 0)
    const key = length > FILE_LIMIT_BYTES ? undefined : parseHexKey(text.subarray(0, length))
    return key === undefined ? failed('template_key_malformed') : done(hide(key))
  } catch {
    // A folder, a device, a disk that fails.
    return failed('template_key_unreadable')
  } finally {
    text.fill(0)
    closeSync(descriptor)
  }
}

/** systemd guards its folder of credentials by an access list, whose mask reads like rights of the group. */
export const readTemplateKey = (file: string | undefined): Result<Secret<Buffer>, KeyFailure> => {
  const credentials = process.env['CREDENTIALS_DIRECTORY']
  if (credentials) return readKeyFile(join(credentials, 'template.key'), true)
  return file === undefined ? failed('template_key_missing') : readKeyFile(file, false)
}
