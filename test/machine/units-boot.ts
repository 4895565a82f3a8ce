// A machine of its own for the units: systemd boots in a container over this machine's own root, to which nothing is written (an overlay
// in memory), with a network of its own and the checkout at its place. Everything goes when it is stopped or when this process dies.
// Test equipment: needs root, systemd-nspawn, overlayfs. Used by units.test.ts.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { waitUntil } from '../drivers/play-main.ts'
import { findProgram } from '../parts.ts'

export const checkout = resolve(import.meta.dirname, '../..')
const BOOT_LIMIT_MS = 60_000
const COMMAND_LIMIT_MS = 90_000

/** Why no container can be booted here; undefined when one can. */
export const whyNoContainer = (): string | undefined => {
  if (process.getuid?.() !== 0) return 'the tests of the units boot a container: run them as root'
  if (!findProgram('systemd-nspawn')) return 'the tests of the units need the Debian package systemd-container'
  const tried = spawnSync(
    'unshare',
    [
      '-m',
      'sh',
      '-c',
      'mount -t tmpfs none /mnt && mkdir /mnt/u /mnt/w /mnt/r && exec mount -t overlay none -o lowerdir=/,upperdir=/mnt/u,workdir=/mnt/w /mnt/r',
    ],
    { encoding: 'utf8' },
  )
  if (tried.status !== 0) return `the tests of the units need leave to mount an overlay: ${tried.stderr.trim()}`
  return undefined
}

/** The folder's mounts are this shell's alone, and end with it. */
const SCRIPT = `
mount --make-rprivate /
mount -t tmpfs -o size=2g none "$1"
mkdir "$1/up" "$1/work" "$1/root"
mount -t overlay none -o lowerdir=/,upperdir="$1/up",workdir="$1/work" "$1/root"
etc="$1/root/etc/systemd/system"
rm -rf "$etc" "$1/root/etc/reader.conf.d"
mkdir -p "$etc" "$1/root/etc/reader.conf.d"
printf '[Unit]\\nRequires=basic.target\\nAfter=basic.target\\nAllowIsolate=yes\\n' > "$etc/default.target"
exec systemd-nspawn --quiet --directory="$1/root" --machine="$2" --private-network --register=no --keep-unit \\
  --link-journal=no --timezone=off --resolv-conf=off --bind-ro="$3" --console=pipe --boot
`

export type Said = { readonly status: number | null; readonly stdout: string; readonly stderr: string }

export type Container = {
  /** A path of the container as this process sees it. */
  readonly path: (inside: string) => string
  readonly run: (command: string, ...args: readonly string[]) => Said
  /** Throws what the command said when it fails. */
  readonly must: (command: string, ...args: readonly string[]) => string
  /** A process of this machine in the container's network. */
  readonly withNetwork: (command: string, ...args: readonly string[]) => ChildProcess
  readonly stop: () => Promise<void>
}

const childrenOf = (pid: number): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((one) => {
      try {
        return Number(/^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${one}/stat`, 'utf8'))?.[1]) === pid
      } catch {
        return false // ended while we looked
      }
    })

const isManager = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'systemd'
  } catch {
    return false
  }
}

export const bootContainer = async (): Promise<Container> => {
  const folder = mkdtempSync(join(tmpdir(), 'eg-units-'))
  const shell = spawn(
    'unshare',
    ['-m', '--propagation', 'private', 'sh', '-ec', SCRIPT, 'sh', folder, `evengate-${process.pid}`, checkout],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let said = ''
  for (const stream of [shell.stdout, shell.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  let manager = 0
  const find = () => {
    if (shell.exitCode !== null) throw new Error(`no container: ${said.trim().slice(-2000)}`)
    manager = childrenOf(shell.pid ?? -1).find(isManager) ?? 0
    return manager > 0
  }
  const enter = (flag: string) => ['--target', String(manager), flag, '--']
  const run = (command: string, ...args: readonly string[]): Said =>
    spawnSync('nsenter', [...enter('--all'), command, ...args], {
      encoding: 'utf8',
      timeout: COMMAND_LIMIT_MS,
      maxBuffer: 1 << 24,
    })
  const stop = async () => {
    // SIGRTMIN+4 asks the manager to turn the machine off; whoever does not is killed with all that runs in it.
    if (manager > 0) spawnSync('kill', ['-s', 'RTMIN+4', String(manager)])
    await waitUntil(
      'the end of the container',
      () => shell.exitCode !== null || shell.signalCode !== null,
      10_000,
    ).catch(() => {
      if (manager > 0) process.kill(manager, 'SIGKILL')
    })
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await waitUntil('the container', find, BOOT_LIMIT_MS)
    const isUp = () => /running|degraded/.test(run('systemctl', 'is-system-running').stdout)
    await waitUntil('the boot of the container', isUp, BOOT_LIMIT_MS)
  } catch (error) {
    await stop()
    throw new Error(`${error instanceof Error ? error.message : error}\n${said.slice(-2000)}`)
  }
  return {
    path: (inside) => `/proc/${manager}/root${inside}`,
    run,
    must: (command, ...args) => {
      const { status, stdout, stderr } = run(command, ...args)
      if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${status}\n${stdout}${stderr}`.slice(0, 4000))
      return stdout
    },
    withNetwork: (command, ...args) =>
      spawn('nsenter', [...enter('--net'), command, ...args], { stdio: ['pipe', 'pipe', 'inherit'] }),
    stop,
  }
}
