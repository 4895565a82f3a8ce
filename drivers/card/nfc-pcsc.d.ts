// The part of nfc-pcsc 0.8.1 that pcsc.ts uses; the package has no types of its own.

declare module 'nfc-pcsc' {
  import type { EventEmitter } from 'node:events'

  type Done<T> = (error: Error | null | undefined, value?: T) => void

  /** The reader of @pokusew/pcsclite under the package's own. */
  export interface RawReader extends EventEmitter<{ status: [{ state: number; atr?: Buffer }] }> {
    readonly name: string
    readonly SCARD_STATE_PRESENT: number
    readonly SCARD_SHARE_SHARED: number
    readonly SCARD_LEAVE_CARD: number
    /** Gives the protocol; nothing when it held a connection already. */
    connect(options: { share_mode: number }, done: Done<number>): void
    transmit(question: Buffer, answerLimitBytes: number, protocol: number, done: Done<Buffer>): void
    disconnect(disposition: number, done: Done<void>): void
  }

  export interface Reader extends EventEmitter<{ error: [Error]; end: [] }> {
    readonly reader: RawReader
    readonly name: string
  }

  export class NFC extends EventEmitter<{ reader: [Reader]; error: [Error] }> {}
}
