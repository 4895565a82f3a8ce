// What a program says to the service manager that started it: one datagram to $NOTIFY_SOCKET (sd_notify(3)). Says nothing, and loads
// no foreign code, where there is none. Must never wait: a manager that does not read loses the message. Called by life.ts for
// the parts and by main.

/** AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, MSG_NOSIGNAL: linux, the same on x86-64 and ARM. */
const FAMILY_UNIX = 1
const KIND = 2 | 0x800 | 0x80000
const NO_SIGNAL = 0x4000
/** sockaddr_un: two bytes of family, then at most this many of path. */
const PATH_LIMIT_BYTES = 107

export type Notifier = {
  readonly isListening: boolean
  /** Lines such as `READY=1`; in one datagram. False: nobody listens, or the manager did not take it. */
  readonly say: (...lines: readonly string[]) => boolean
  /** How often the manager wants to be fed at least; absent when it does not watch us. */
  readonly watchdogMs?: number
}

type Environment = Record<string, string | undefined>

/** `@name` is a name without a file, and begins with a zero byte. */
const encodeAddress = (path: string): Buffer => {
  const name = Buffer.from(path.startsWith('@') ? `\0${path.slice(1)}` : path, 'utf8')
  const address = Buffer.alloc(2 + name.length)
  address.writeUInt16LE(FAMILY_UNIX)
  name.copy(address, 2)
  return address
}

const readWatchdog = (environment: Environment): { watchdogMs?: number } => {
  const pid = environment['WATCHDOG_PID']
  const watchdogMs = Number(environment['WATCHDOG_USEC']) / 1000
  if ((pid !== undefined && Number(pid) !== process.pid) || !(watchdogMs > 0)) return {}
  return { watchdogMs }
}

/** Takes the names out of the environment: what we start must not speak in our place. */
export const openNotifier = async (environment: Environment = process.env): Promise<Notifier> => {
  const path = environment['NOTIFY_SOCKET']
  const watchdog = readWatchdog(environment)
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete environment[name]
  if (path === undefined || !/^[/@]./.test(path) || Buffer.byteLength(path) > PATH_LIMIT_BYTES)
    return { isListening: false, say: () => false }
  const { default: koffi } = await import('koffi')
  const libc = koffi.load(null)
  const open = libc.func('int socket(int family, int kind, int protocol)')
  const send = libc.func(
    'long sendto(int fd, const void *bytes, size_t length, int flags, const void *address, unsigned int addressLength)',
  )
  const fd: number = open(FAMILY_UNIX, KIND, 0)
  const address = encodeAddress(path)
  const say = (...lines: readonly string[]) => {
    const bytes = Buffer.from(lines.join('\n'), 'utf8')
    return send(fd, bytes, bytes.length, NO_SIGNAL, address, address.length) === bytes.length
  }
  return { isListening: true, say, ...watchdog }
}

/** A service manager starts again at once what ended at once: whoever is refused waits before it ends, so that nothing spins. */
export const REFUSED_PAUSE_MS = 5000

/** Blocks the whole process, which has nothing else to do; its signals end it all the same. */
export const pauseRefused = (environment: Environment = process.env): void => {
  if (environment['NOTIFY_SOCKET'] === undefined) return
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, REFUSED_PAUSE_MS)
}
