// The pure pieces of the bench: ranks, goals, the file system under a folder, shares of memory.

import { describe, expect, test } from 'vitest'
import { figureNames, judgeFigure, printJson, printTable, unmeasured } from '../../daemon/bench/figures.ts'
import { findFilesystem } from '../../daemon/bench/machine.ts'
import { readShares } from '../../daemon/bench/memory.ts'
import { medianOf, rankOf } from '../../daemon/bench/ranks.ts'

describe('a rank', () => {
  const hundred = Array.from({ length: 100 }, (_, n) => 100 - n)

  test('is the smallest value that so many do not exceed', () => {
    expect(rankOf(hundred, 0.99)).toBe(99)
    expect(rankOf(hundred, 1)).toBe(100)
    expect(rankOf([7], 0.99)).toBe(7)
  })

  test('in the middle of five is the third', () => {
    expect(medianOf([9, 1, 7, 3, 5])).toBe(5)
  })

  test('of nothing is no number', () => {
    expect(rankOf([], 0.5)).toBeNaN()
  })
})

describe('a goal', () => {
  test('is met at its limit and missed beyond it', () => {
    expect(judgeFigure('reading_to_relay_ms', { p50: 3, p99: 15 })).toMatchObject({ ok: true })
    expect(judgeFigure('reading_to_relay_ms', { p50: 3, p99: 15.1 })).toMatchObject({ ok: false })
    expect(judgeFigure('human_ratio', { value: 9 })).toMatchObject({ ok: true, goal: { at_least: { value: 9 } } })
    expect(judgeFigure('human_ratio', { value: 8.9 })).toMatchObject({ ok: false })
  })

  test('is missed by a measurement without its number', () => {
    expect(judgeFigure('pss_mb', {})).toMatchObject({ ok: false })
    expect(judgeFigure('pss_mb', { value: Number.NaN })).toMatchObject({ ok: false })
  })

  test('is not set beside a figure that could not be had', () => {
    expect(judgeFigure('pss_mb', unmeasured('no ffmpeg'))).toEqual({ value: null, why: 'no ffmpeg' })
  })
})

test('every figure stands in the report under its name, as JSON and as a table', () => {
  const figures = Object.fromEntries(
    figureNames.map((name) => [name, judgeFigure(name, { p50: 1, p99: 2.00049, value: 9, p99_worse_by: 0 })]),
  )
  const scale = { residents: 20_000, cards: 3, events: 2_000_000 }
  const report = { machine: { cores: 2 }, scale, figures: { ...figures, human_ratio: unmeasured('not installed') } }
  expect(JSON.parse(printJson(report)).figures.reading_to_relay_ms).toMatchObject({ p50: 1, p99: 2, ok: true })
  const table = printTable(report)
  for (const name of figureNames) expect(table).toContain(name)
  expect(table).toContain('events 2000000')
  expect(table).toContain('not measured: not installed')
})

describe('the file system under a folder', () => {
  const mounts = [
    '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw',
    '31 27 0:5 / /data rw shared:1 - btrfs /dev/sdb1 rw',
    '32 31 0:6 / /data/a\\040b rw - tmpfs tmpfs rw',
  ].join('\n')

  test.each([
    ['/home/gate', 'ext4', '/dev/vda'],
    ['/data/store', 'btrfs', '/dev/sdb1'],
    ['/data/a b/store', 'tmpfs', 'tmpfs'],
    ['/database', 'ext4', '/dev/vda'],
  ])('%s is %s on %s', (folder, type, device) => {
    expect(findFilesystem(folder, mounts)).toEqual({ type, device })
  })
})

test('of a process’s memory, what belongs to the program’s own file is told apart', () => {
  const smaps = [
    '00400000-05000000 r-xp 00000000 fe:00 12 /opt/node',
    'Rss:   40960 kB',
    'Pss:   10240 kB',
    'Pss_Dirty: 5 kB',
    '7f0000000000-7f0000100000 rw-p 00000000 00:00 0 ',
    'Pss:    2048 kB',
    '7f0000200000-7f0000300000 r-xp 00000000 fe:00 13 /opt/other/opt/node.so',
    'Pss:    1024 kB',
  ].join('\n')
  expect(readShares(smaps, '/opt/node')).toEqual({ pssMb: 13, programMb: 10 })
  expect(readShares('', '/opt/node')).toEqual({ pssMb: 0, programMb: 0 })
})
