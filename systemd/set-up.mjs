// Makes a checkout ready: npm packages (pinned Node among them), the two native add-ons, Debian packages for the tests.
// Plain JavaScript for any Node >= 18, because it runs before our own Node is here. Writes to stderr only; says what it does
// before it does it; a second run takes well under a second. Called by the npm scripts: `node systemd/set-up.mjs run|demo|test`.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const wish = process.argv[2] ?? 'run'
const inCi = process.env.CI === 'true'
const say = (text) => process.stderr.write(`set-up: ${text}\n`)
const giveUp = (text) => {
  say(text)
  process.exit(1)
}

/** Debian packages of the tests: what proves that one is there, and what it plays. */
const testPackages = [
  { name: 'pcscd', proof: '/usr/sbin/pcscd', plays: 'the PC/SC service' },
  { name: 'vsmartcard-vpcd', proof: '/usr/lib/pcsc/drivers/serial/libifdvpcd.so', plays: 'a card reader' },
  { name: 'libpcsclite-dev', proof: '/usr/include/PCSC/winscard.h', plays: 'headers for the card add-on' },
  { name: 'g++', proof: '/usr/bin/g++', plays: 'compiler for the add-ons' },
  { name: 'make', proof: '/usr/bin/make', plays: 'compiler for the add-ons' },
  { name: 'python3', proof: '/usr/bin/python3', plays: 'compiler for the add-ons' },
  { name: 'socat', proof: '/usr/bin/socat', plays: 'the serial line of a keypad' },
  { name: 'ffmpeg', proof: '/usr/bin/ffmpeg', plays: 'the camera' },
  { name: 'strace', proof: '/usr/bin/strace', plays: 'whoever watches what a process writes' },
  { name: 'iproute2', proof: '/usr/sbin/ip', plays: 'the cable on which everything sent is written down' },
  { name: 'alsa-utils', proof: '/usr/bin/aplay', plays: 'the speaker' },
  { name: 'espeak-ng', proof: '/usr/bin/espeak-ng', plays: 'the spoken sentences' },
  { name: 'mosquitto', proof: '/usr/sbin/mosquitto', plays: 'the broker of events out' },
  { name: 'openssl', proof: '/usr/bin/openssl', plays: 'the certificates of that broker' },
  { name: 'systemd-container', proof: '/usr/bin/systemd-nspawn', plays: 'the machine in which the units boot' },
  { name: 'dbus', proof: '/usr/bin/dbus-daemon', plays: 'the bus of that machine' },
  { name: 'procps', proof: '/usr/bin/ps', plays: 'who runs what in that machine' },
  { name: 'chromium', proof: '/usr/bin/chromium', plays: 'whoever reads the pages, on the screen and on paper' },
  {
    name: 'fonts-noto-cjk',
    proof: '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
    plays: 'the Chinese letters of those pages',
  },
  { name: 'util-linux', proof: '/usr/bin/unshare', plays: 'a private folder for each test PC/SC service' },
]

const npm = (args, options = {}) => {
  const cli = process.env.npm_execpath
  const [command, first] = cli ? [process.execPath, [cli]] : ['npm', []]
  return spawnSync(command, [...first, ...args], { cwd: root, stdio: ['ignore', 2, 2], ...options })
}

const checkMachine = () => {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch))
    giveUp(`needs 64-bit Linux on x86-64 or ARM (this is ${process.platform} ${process.arch})`)
  if (Number(process.versions.node.split('.')[0]) < 18)
    giveUp(`needs Node 18 or newer to start (this is ${process.version})`)
}

const installPackages = () => {
  const stampFile = join(root, 'node_modules', '.evengate-stamp')
  const stamp = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(process.arch)
    .digest('hex')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  say('installing the npm packages named in package-lock.json, about 850 MB; one to three minutes …')
  const started = Date.now()
  const { status } = npm(['ci', '--loglevel=error', '--engine-strict=false'])
  if (status !== 0) giveUp('npm ci failed: see above. Is the npm registry reachable, and is there 1 GB of room?')
  if (!existsSync(join(root, 'node_modules', '.bin', 'node')))
    giveUp(`the package node-linux-${process.arch} did not come: is "omit=optional" set for npm?`)
  writeFileSync(stampFile, stamp)
  say(`packages are here (${Math.round((Date.now() - started) / 1000)} s)`)
}

/** The native add-ons that npm does not bring ready: each is optional, without it only its real device is missing. */
const addons = [
  { name: '@pokusew/pcsclite', output: 'pcsclite.node', plays: 'the card reader', needs: ['libpcsclite-dev'] },
  { name: 'epoll', output: 'epoll.node', plays: 'the door driver onoff', needs: [] },
]

const addonFile = ({ name, output }) => {
  const require = createRequire(join(root, 'package.json'))
  try {
    return join(dirname(require.resolve(`${name}/package.json`)), 'build', 'Release', output)
  } catch {
    return undefined // an optional package that did not come
  }
}

const isUnbuilt = (addon) => {
  const file = addonFile(addon)
  return file !== undefined && !existsSync(file)
}

const canBuild = ({ plays, needs }) => {
  const missing = testPackages.filter(
    ({ name, proof }) => [...needs, 'g++', 'make', 'python3'].includes(name) && !existsSync(proof),
  )
  if (missing.length > 0 && wish === 'test')
    say(`the add-on for ${plays} is left out: ${missing.map(({ name }) => name).join(', ')} missing`)
  return missing.length === 0
}

/** Compiled here, against the headers inside the pinned Node package: nothing is downloaded. */
const buildAddons = () => {
  const wanted = addons.filter((addon) => isUnbuilt(addon) && canBuild(addon))
  if (wanted.length === 0) return
  say(`compiling the add-on for ${wanted.map(({ plays }) => plays).join(' and ')}, about 20 s …`)
  const nodedir = join(root, 'node_modules', `node-linux-${process.arch}`)
  const path = `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`
  npm(
    [
      'rebuild',
      ...wanted.map(({ name }) => name),
      `--nodedir=${nodedir}`,
      '--ignore-scripts=false',
      '--loglevel=error',
    ],
    { env: { ...process.env, PATH: path, npm_config_nodedir: nodedir } },
  )
  const failed = wanted.filter(isUnbuilt)
  if (failed.length === 0) return
  const names = failed.map(({ plays }) => plays).join(' and ')
  if (inCi) giveUp(`the add-on for ${names} did not compile: see above`)
  say(`the add-on for ${names} did not compile: everything else works`)
}

const installDebianPackages = () => {
  const missing = testPackages.filter(({ proof }) => !existsSync(proof))
  if (missing.length === 0) return
  const names = missing.map(({ name }) => name)
  const isRoot = process.getuid?.() === 0
  const maySudo = !isRoot && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0
  if (!isRoot && !maySudo) {
    for (const { name, plays } of missing) say(`left out, no root: ${name} (${plays})`)
    if (inCi) giveUp('CI=true and parts are missing')
    return
  }
  say(`installing Debian packages for the tests: ${names.join(' ')} …`)
  const run = (args) => {
    const [command, ...rest] = isRoot ? args : ['sudo', '-n', 'env', 'DEBIAN_FRONTEND=noninteractive', ...args]
    return spawnSync(command, rest, {
      stdio: ['ignore', 2, 2],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status
  }
  run(['apt-get', 'update', '-qq'])
  const status = run([
    'apt-get',
    'install',
    '-y',
    '-qq',
    '--no-install-recommends',
    '-o',
    'DPkg::Lock::Timeout=300',
    ...names,
  ])
  if (status !== 0 && inCi) giveUp('apt-get failed: see above')
  if (status !== 0) say('apt-get failed: the tests that need these packages are left out')
}

checkMachine()
installPackages()
if (wish === 'test') installDebianPackages()
if (wish !== 'demo') buildAddons()
mkdirSync(join(root, '.cache'), { recursive: true })
