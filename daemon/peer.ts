// Who is at the other end of a local socket, as the kernel knows it (SO_PEERCRED, unix(7)): the uid with which it connected. Never asks the
// caller. Loads no foreign code before somebody calls. Called by control.ts.

import type { Socket } from 'node:net'

/** linux, the same on x86-64 and ARM. */
const SOL_SOCKET = 1
const SO_PEERCRED = 17
/** struct ucred: pid, uid, gid, 32 bits each. */
const UCRED_BYTES = 12
const UID_AT = 4

type ReadOption = (fd: number, level: number, name: number, value: Buffer, lengthBytes: Int32Array) => number
let reading: Promise<ReadOption> | undefined

const loadReader = async (): Promise<ReadOption> => {
  const { default: koffi } = await import('koffi')
  return koffi.load(null).func('int getsockopt(int fd, int level, int name, void *value, void *length)')
}

/** Node keeps the descriptor of a connection in its handle, and tells it nowhere else. */
const fdOf = (socket: Socket): number | undefined => {
  const { _handle: handle } = socket as unknown as { readonly _handle?: { readonly fd?: number } | null }
  const fd = handle?.fd
  return fd !== undefined && fd >= 0 ? fd : undefined
}

/** Undefined when the caller is gone already. */
export const readPeerUid = async (socket: Socket): Promise<number | undefined> => {
  reading ??= loadReader()
  const read = await reading
  const fd = fdOf(socket)
  if (fd === undefined) return undefined
  const credentials = Buffer.alloc(UCRED_BYTES)
  const found = read(fd, SOL_SOCKET, SO_PEERCRED, credentials, new Int32Array([UCRED_BYTES]))
  return found === 0 ? credentials.readUInt32LE(UID_AT) : undefined
}
