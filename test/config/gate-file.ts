// A good configuration to spoil, and a folder to load it from. Called by the tests beside it.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { InstalledPack } from '../../config/checks-face.ts'
import { checkConfig } from '../../config/cross-checks.ts'
import { loadConfig } from '../../config/load.ts'
import type { Problem } from '../../config/problems.ts'
import type { Config } from '../../config/settings.ts'

export const examplePath = (name: string): string =>
  new URL(`../../config/${name}.example.yaml`, import.meta.url).pathname

export const readExample = (name: string): string => readFileSync(examplePath(name), 'utf8')

export const makeFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'evengate-config-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export const writeGate = (content: string | Uint8Array): string => {
  const file = join(makeFolder(), 'gate.yaml')
  writeFileSync(file, content)
  return file
}

export const loadText = (content: string | Uint8Array) => loadConfig(writeGate(content))

export const problemsOf = (content: string | Uint8Array): readonly Problem[] => {
  const loaded = loadText(content)
  return loaded.ok ? [] : loaded.problems
}

/** `line path code`, the three that every problem must have right. */
export const summarise = (problems: readonly Problem[]): readonly string[] =>
  problems.map(({ line, path, code }) => `${line ?? '-'} ${path || '-'} ${code}`)

export const summaryOf = (content: string | Uint8Array): readonly string[] => summarise(problemsOf(content))

export const configOf = (content: string): Config => {
  const loaded = loadText(content)
  if (!loaded.ok) throw new Error(`the configuration should load: ${summarise(loaded.problems).join('; ')}`)
  return loaded.value
}

/** What the cross-checks say about a text that loads. */
export const checksOf = (content: string, installed?: InstalledPack): readonly string[] =>
  checkConfig(configOf(content), installed).map(({ severity, path, code }) => `${severity} ${path} ${code}`)

/** The head that every gate needs. */
export const head = `gate: south
timeZone: Asia/Shanghai
operator: { name: Committee, contact: office, maintainer: Firm }
store: { directory: store, keysDirectory: keys }
`

export const simulatedDoor = 'door: { driver: simulated, pulseMs: 3000, exitButton: true }\n'

export const realDoor = `door:
  driver: gpiochip
  chip: pinctrl-rp1
  pulseMs: 3000
  relay: { line: GPIO17, active: high }
  exitButton: { line: GPIO22, active: low, bias: pull-up }
`

export const cardSide = 'sides: { entry: { card: [{ id: a, driver: simulated }] } }\n'

export const goodGate = head + simulatedDoor + cardSide
