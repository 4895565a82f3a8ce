import { describe, expect, test } from 'vitest'
import { maskConfig } from '../../config/effective.ts'
import { readBroker } from '../../config/settings-mqtt.ts'
import { checksOf, configOf, goodGate, summaryOf } from './gate-file.ts'

const gate = (settings: string): string => `${goodGate}mqtt: { ${settings} }\n`

describe('the broker’s address', () => {
  test.each([
    ['mqtts://broker.local', { host: 'broker.local', port: 8883, encrypted: true }],
    ['mqtts://10.0.0.5:8884', { host: '10.0.0.5', port: 8884, encrypted: true }],
    ['mqtt://localhost', { host: 'localhost', port: 1883, encrypted: false }],
    ['mqtts://[fd00::1]:9', { host: 'fd00::1', port: 9, encrypted: true }],
  ])('%s is read', (url, broker) => expect(readBroker(url)).toEqual(broker))

  test.each([
    'broker:1883',
    'http://broker',
    'ws://broker',
    'mqtts://user:secret@broker',
    'mqtts://broker/path',
    'mqtts://broker:0',
    'mqtts://broker:65536',
    'mqtts://[::g]',
    'mqtts://-broker',
    'mqtts://',
  ])('%s is refused', (url) => {
    expect(summaryOf(gate(`url: "${url}"`))).toEqual(['7 mqtt.url broker_malformed'])
  })

  test('a password that stands in it is not quoted', () => {
    expect(JSON.stringify(maskConfig(configOf(gate('url: mqtts://broker, username: gate'))))).toContain(
      'mqtts://broker',
    )
    expect(summaryOf(gate('url: "mqtts://a:hunter2@broker"')).join()).not.toContain('hunter2')
  })
})

describe('encryption', () => {
  test('with it nothing is said', () => expect(checksOf(gate('url: mqtts://broker'))).toEqual([]))

  test.each(['localhost', '127.0.0.1', '127.8.8.8', '[::1]'])('on this machine, %s, it is not asked for', (host) => {
    expect(checksOf(gate(`url: "mqtt://${host}"`))).toEqual([])
  })

  test.each(['broker', '10.0.0.5', '128.0.0.1', 'localhost.example.org'])('to %s plain is refused', (host) => {
    expect(checksOf(gate(`url: mqtt://${host}`))).toEqual(['error mqtt.url broker_plain'])
  })

  test('plain that was allowed is a warning', () => {
    expect(checksOf(gate('url: mqtt://broker, allowPlain: true'))).toEqual([
      'warning mqtt.allowPlain broker_plain_allowed',
    ])
  })

  test('files of encryption beside a plain address are refused', () => {
    expect(checksOf(gate('url: mqtt://localhost, caFile: ca.pem'))).toEqual(['error mqtt.caFile broker_file_unused'])
  })
})

test.each(['passwordFile', 'certFile', 'keyFile'])('%s without what it needs is refused', (name) => {
  expect(checksOf(gate(`url: mqtts://broker, ${name}: file`))).toEqual([`error mqtt.${name} broker_setting_alone`])
})

test.each([
  ['topicPrefix', ['a', 'home/gate-1', 'a/b/c/d/e/f/g/h'], ['', '/a', 'a/', 'a//b', 'a/+', '#', '$SYS', 'a b']],
  ['clientId', ['gate_1', 'x'], ['', 'a b', 'ä', 'x'.repeat(65)]],
])('%s keeps its form', (name, good, bad) => {
  for (const value of good) expect(summaryOf(gate(`url: mqtts://b, ${name}: "${value}"`)), value).toEqual([])
  for (const value of bad) expect(summaryOf(gate(`url: mqtts://b, ${name}: "${value}"`)), value).toHaveLength(1)
})

test('files are meant from the configuration’s folder', () => {
  const { mqtt } = configOf(gate('url: mqtts://b, username: u, passwordFile: secrets/mqtt'))
  expect(mqtt?.passwordFile).toMatch(/^\/.+\/secrets\/mqtt$/)
})
