// The NDEF file of an emulated NTAG 424 and what it mirrors there, byte by byte from the data sheet and independent of the driver's own code.
// Test equipment.

import { createCipheriv, randomBytes } from 'node:crypto'
import { cmac } from '@noble/ciphers/aes.js'

const zero = Buffer.alloc(16)
const encrypt = (key: Buffer, bytes: Buffer): Buffer =>
  createCipheriv('aes-128-cbc', key, zero).setAutoPadding(false).update(bytes)
const mac = (key: Buffer, bytes: Buffer): Buffer => Buffer.from(cmac(bytes, key))
const everySecond = (bytes: Buffer): Buffer => Buffer.from(bytes.filter((_, at) => at % 2 === 1))
const status = (hex: string, body: Buffer = Buffer.alloc(0)): Buffer => Buffer.concat([body, Buffer.from(hex, 'hex')])

/** The NDEF file of an NTAG 424: free to write until its settings say otherwise, and then mirrored at its first reading after each selection. */
export const playNdef = (uid: Buffer, keys: readonly Buffer[]) => {
  const file = Buffer.alloc(256)
  let counter = 0
  let settings: Buffer | undefined
  let shown: Buffer | undefined
  const offset = (at: number): number => settings?.readUIntLE(at, 3) ?? 0
  const mirror = (): Buffer => {
    const whole = Buffer.from(file)
    if (settings === undefined) return whole
    counter++
    const count = Buffer.alloc(3)
    count.writeUIntLE(counter, 0, 3)
    const named = Buffer.concat([uid, count])
    const key = keys[2] ?? zero
    const picc = encrypt(key, Buffer.concat([Buffer.from([0xc7]), named, randomBytes(5)]))
    const own = mac(key, Buffer.concat([Buffer.from('3cc300010080', 'hex'), named]))
    whole.write(picc.toString('hex').toUpperCase(), offset(6), 'latin1')
    const covered = whole.subarray(offset(9), offset(12))
    whole.write(everySecond(mac(own, covered)).toString('hex').toUpperCase(), offset(12), 'latin1')
    return whole
  }
  return {
    select: (): Buffer => {
      shown = undefined
      return status('9000')
    },
    read: (least: number): Buffer => {
      shown ??= mirror()
      return status('9000', shown.subarray(0, least === 0 ? 256 : least))
    },
    update: (body: Buffer): Buffer => {
      if (settings !== undefined) return status('6982')
      body.copy(file)
      return status('9000')
    },
    /** Mirroring on and in the clear; read free, the rest by key 0; UID, counter, as hexadecimal; key 2 for both; offsets within the file. */
    set: (wanted: Buffer): boolean => {
      const isMeant = wanted.length === 15 && wanted.subarray(0, 6).toString('hex') === '4000e0c1ff22'
      const fits = wanted.readUIntLE(6, 3) + 32 <= wanted.readUIntLE(9, 3)
      if (isMeant && fits) settings = Buffer.from(wanted)
      return isMeant && fits
    },
  }
}
