// Which outside parts a test file needs: programs, rights and add-ons that are not everybody's. In CI a missing one fails the test;
// on a developer's machine the test is left out, and said so once. Test files alone call it.
//
//   describe.skipIf(!needPart('pcscd'))('the card reader', …)

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'

const PROBE_LIMIT_MS = 5000

/** Administrators' programs are not on every user's PATH. */
const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/sbin']

export const findProgram = (name: string): string | undefined =>
  folders.map((folder) => join(folder, name)).find((path) => existsSync(path))

const hasProgram = (name: string) => (): boolean => findProgram(name) !== undefined

const canUnshare = (): boolean =>
  process.getuid?.() === 0 &&
  spawnSync(findProgram('unshare') ?? 'unshare', ['-m', 'true'], { timeout: PROBE_LIMIT_MS }).status === 0

const canTrace = (): boolean =>
  spawnSync(findProgram('strace') ?? 'strace', ['-o', '/dev/null', 'true'], { timeout: PROBE_LIMIT_MS }).status === 0

const hasPcsclite = (): boolean => {
  try {
    const require = createRequire(import.meta.url)
    return existsSync(join(require.resolve('@pokusew/pcsclite/package.json'), '../build/Release/pcsclite.node'))
  } catch {
    // Not installed: it is an optional dependency.
    return false
  }
}

const parts = {
  chromium: { isThere: hasProgram('chromium'), from: 'the Debian packages chromium and fonts-noto-cjk' },
  pcscd: { isThere: hasProgram('pcscd'), from: 'the Debian package pcscd' },
  vpcd: {
    isThere: () => existsSync('/usr/lib/pcsc/drivers/serial/libifdvpcd.so'),
    from: 'the Debian package vsmartcard-vpcd',
  },
  pcsclite: {
    isThere: hasPcsclite,
    from: 'the Debian package libpcsclite-dev and a build of @pokusew/pcsclite (npm rebuild)',
  },
  unshare: { isThere: canUnshare, from: 'the Debian package util-linux, as root with leave to make a mount namespace' },
  ip: { isThere: hasProgram('ip'), from: 'the Debian package iproute2' },
  socat: { isThere: hasProgram('socat'), from: 'the Debian package socat' },
  python3: { isThere: hasProgram('python3'), from: 'the Debian package python3' },
  systemd: { isThere: hasProgram('systemd-analyze'), from: 'the Debian package systemd' },
  ffmpeg: { isThere: hasProgram('ffmpeg'), from: 'the Debian package ffmpeg' },
  strace: { isThere: canTrace, from: 'the Debian package strace, with leave to watch one’s own processes' },
  aplay: { isThere: hasProgram('aplay'), from: 'the Debian package alsa-utils' },
  'espeak-ng': { isThere: hasProgram('espeak-ng'), from: 'the Debian package espeak-ng' },
  mosquitto: {
    isThere: () => ['mosquitto', 'mosquitto_passwd', 'openssl'].every((name) => findProgram(name) !== undefined),
    from: 'the Debian packages mosquitto and openssl',
  },
} as const

export type OutsidePart = keyof typeof parts

const answers = new Map<OutsidePart, boolean>()

/** True when the part is there. Missing: throws with CI=true, otherwise false, and its name is printed once. */
export const needPart = (name: OutsidePart): boolean => {
  const known = answers.get(name)
  if (known !== undefined) return known
  const there = parts[name].isThere()
  if (!there) {
    const missing = `${name} is missing: it comes from ${parts[name].from}`
    if (process.env['CI'] === 'true') throw new Error(missing)
    process.stderr.write(`left out: ${missing}\n`)
  }
  answers.set(name, there)
  return there
}
