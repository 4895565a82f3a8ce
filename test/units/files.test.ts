// The units as `systemd/prepare` renders them: systemd understands every line, and each leaves its program as little as it can.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parts } from '../../config/words.ts'
import { controlSockets } from '../../daemon/commands/roles.ts'
import { needPart } from '../parts.ts'

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'eg-rendered-'))
const rendered = spawnSync(join(root, 'systemd/prepare'), ['--render', folder], { encoding: 'utf8' })
const units = readdirSync(folder).filter((name) => /\.(service|socket|target)$/.test(name))
const figures: Record<string, number> = {}
afterAll(() => {
  process.stdout.write(`${JSON.stringify(figures)}\n`)
  rmSync(folder, { recursive: true, force: true })
})

/** The highest exposure that `systemd-analyze security` may give, times ten as it wants it. */
const exposureLimit = (unit: string): number => (unit === 'evengate.service' ? 25 : 15)

describe.skipIf(!needPart('systemd'))('the units', () => {
  test('are rendered with this checkout’s paths and nothing left to fill in', () => {
    expect(rendered.stderr).toBe('')
    expect(units.length).toBe(2 * (parts.length + 1) + 2 + controlSockets.length - 1)
    for (const unit of units) expect(readFileSync(join(folder, unit), 'utf8')).not.toMatch(/@[A-Z]+@/)
  })

  test('are understood by systemd without a word', () => {
    const { stdout, stderr, status } = spawnSync(
      'systemd-analyze',
      ['verify', ...units.map((unit) => join(folder, unit))],
      { encoding: 'utf8' },
    )
    const said = `${stdout}${stderr}`
    figures['units_verify_lines'] = said.split('\n').filter((line) => line !== '').length
    expect({ status, said }).toEqual({ status: 0, said: '' })
  })

  test.each(units.filter((unit) => unit.endsWith('.service')))('%s exposes no more than it may', (unit) => {
    const args = ['security', '--offline=true', `--threshold=${exposureLimit(unit)}`, '--no-pager', unit]
    const { status, stdout } = spawnSync('systemd-analyze', args, { cwd: folder, encoding: 'utf8' })
    const said = stdout.trim().split('\n').at(-1) ?? ''
    figures[`exposure_${unit}`] = Number(/: ([\d.]+) /.exec(said)?.[1])
    expect({ status, said }).toMatchObject({ status: 0 })
  })

  test.each(parts)('%s has a unit, a user and a socket of its own', (part) => {
    const service = readFileSync(join(folder, `evengate-${part}.service`), 'utf8')
    const socket = readFileSync(join(folder, `evengate-${part}.socket`), 'utf8')
    expect(service).toMatch(new RegExp(`^User=evengate-${part}$`, 'm'))
    expect(socket).toMatch(new RegExp(`^SocketGroup=evengate-${part}$`, 'm'))
    expect(service).toContain(`EVENGATE_SOCKET=${/^ListenStream=(.*)$/m.exec(socket)?.[1]}`)
    expect(readFileSync(join(root, 'systemd/units/evengate.sysusers.conf'), 'utf8')).toContain(`u evengate-${part} `)
  })

  test('the light and voice starts behind nobody who may fail, and knows where main leaves its settings', () => {
    const [signal, main] = ['evengate-signal', 'evengate'].map((unit) =>
      readFileSync(join(folder, `${unit}.service`), 'utf8'),
    )
    expect(/^After=(.*)$/m.exec(signal ?? '')?.[1]).toBe('sysinit.target evengate-signal.socket sound.target')
    expect(signal).toMatch(/^DefaultDependencies=no$/m)
    const kept = /^Environment=EVENGATE_KEPT=(.*)$/m.exec(signal ?? '')?.[1] ?? 'none'
    expect(main).toContain(`Environment=EVENGATE_SIGNAL_KEPT=${kept}\n`)
    const place = kept.replace(/\/[^/]*$/, '')
    const made = readFileSync(join(root, 'systemd/units/evengate.tmpfiles.conf'), 'utf8')
    expect(made).toMatch(new RegExp(`^d ${place} +2750 evengate evengate-signal `, 'm'))
  })

  test.each(controlSockets)('%s has a socket of its own group, and main takes it', (name) => {
    const socket = readFileSync(join(folder, `evengate-${name}.socket`), 'utf8')
    const group = name === 'control' ? 'evengate-admin' : `evengate-${name.replace('control-', '')}`
    expect(socket).toMatch(new RegExp(`^SocketGroup=${group}$`, 'm'))
    expect(socket).toMatch(new RegExp(`^FileDescriptorName=${name}$`, 'm'))
    expect(socket).toMatch(/^SocketMode=0660$/m)
    expect(readFileSync(join(root, 'systemd/units/evengate.sysusers.conf'), 'utf8')).toMatch(
      new RegExp(`^g ${group} `, 'm'),
    )
    expect(readFileSync(join(folder, 'evengate.service'), 'utf8')).toContain(` evengate-${name}.socket`)
  })

  test('the door stops with nobody', () => {
    const door = readFileSync(join(folder, 'evengate-door.service'), 'utf8')
    expect(door).not.toMatch(/^(PartOf|BindsTo|Requires|Requisite|StopPropagatedFrom)=/m)
  })
})
