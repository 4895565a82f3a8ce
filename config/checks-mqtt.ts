// Whether the broker's settings go together: encryption, and files that need each other. Pure. Called by cross-checks.ts.

import { type Problem, problem } from './problems.ts'
import type { Config } from './settings.ts'
import { readBroker } from './settings-mqtt.ts'

type MqttSettings = NonNullable<Config['mqtt']>

const isThisMachine = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

const needs: readonly (readonly [given: keyof MqttSettings, missing: keyof MqttSettings])[] = [
  ['passwordFile', 'username'],
  ['certFile', 'keyFile'],
  ['keyFile', 'certFile'],
]

const checkPlain = ({ allowPlain }: MqttSettings, host: string): readonly Problem[] => {
  if (isThisMachine(host)) return []
  return allowPlain
    ? [problem('warning', 'broker_plain_allowed', 'mqtt.allowPlain')]
    : [problem('error', 'broker_plain', 'mqtt.url', { host })]
}

export const checkMqtt = ({ mqtt }: Config): readonly Problem[] => {
  const broker = mqtt && readBroker(mqtt.url)
  if (!broker) return []
  const alone = needs
    .filter(([given, missing]) => mqtt[given] !== undefined && mqtt[missing] === undefined)
    .map(([given, missing]) => problem('error', 'broker_setting_alone', `mqtt.${given}`, { given, missing }))
  if (broker.encrypted) return alone
  const unused = (['caFile', 'certFile', 'keyFile'] as const)
    .filter((given) => mqtt[given] !== undefined)
    .map((given) => problem('error', 'broker_file_unused', `mqtt.${given}`, { given }))
  return [...alone, ...unused, ...checkPlain(mqtt, broker.host)]
}
