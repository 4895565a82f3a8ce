// Makes the keys of an installed gate, once, on the machine that will hold them: three credentials that only systemd of this machine
// (with its TPM, where there is one) can open again, and the mark that lets main make a store for them. Keys touch no file in the
// clear. Never replaces one, never prints one. Run by root: systemd/prepare, or by hand. Nothing of ours may be imported here.

import { spawnSync } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** As the units and config/pi.example.yaml name them. */
const CREDENTIALS = '/etc/credstore.encrypted'
const KEYS = '/var/lib/evengate/keys'
const STORE = '/var/lib/evengate/store/gate.db'

const giveUp = (text: string): never => {
  process.stderr.write(`make-keys: ${text}\n`)
  process.exit(1)
}

const makers: Readonly<Record<string, () => string>> = {
  'store.key': () => randomBytes(32).toString('hex'),
  'template.key': () => randomBytes(32).toString('hex'),
  'gate.key': () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
}
const names = Object.keys(makers)
const fileOf = (name: string) => join(CREDENTIALS, `evengate.${name}`)

const encrypt = (name: string, key: string): string => {
  const file = `${fileOf(name)}.new`
  rmSync(file, { force: true })
  const { status, error, stderr } = spawnSync('systemd-creds', ['encrypt', `--name=${name}`, '-', file], {
    input: key,
    encoding: 'utf8',
  })
  if (error) giveUp('systemd-creds is missing: systemd 250 or newer is needed')
  if (status !== 0) giveUp(`${name} was not encrypted: ${stderr.trim()}`)
  return file
}

process.umask(0o077)
if (process.getuid?.() !== 0) giveUp('must be root')
const present = names.filter((name) => existsSync(fileOf(name)))
if (present.length === names.length) process.exit(0)
if (present.length > 0)
  giveUp(`${present.join(', ')} is there and the rest is not; put the others back into ${CREDENTIALS}`)
if (existsSync(STORE)) giveUp(`${STORE} is there and its keys are not: put them back, or move the store away`)
if (existsSync(KEYS) && readdirSync(KEYS).some((name) => name.endsWith('.key')))
  giveUp(`${KEYS} holds keys of another kind of installation`)
mkdirSync(CREDENTIALS, { recursive: true, mode: 0o700 })
mkdirSync(KEYS, { recursive: true, mode: 0o700 })
const made = names.map((name) => ({ name, file: encrypt(name, makers[name]?.() ?? '') }))
writeFileSync(join(KEYS, 'first-start'), '')
for (const { name, file } of made) renameSync(file, fileOf(name))
process.stdout.write('keys made\n')
