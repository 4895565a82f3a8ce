// A migration that was released never changes: whoever has it applied would have another store than he thinks.

import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { migrations, readMigration } from '../../daemon/store/migrate.ts'

const frozen: Readonly<Record<string, string>> = {
  '0001-tables.sql': '6da9f93e49342efc8b052bdc3a160611e418ce99569246ba604d3c9a3b72b492',
  '0002-law.sql': '3c5c906a6fc7c3de2cb63f6e8873e4c99c52556d2768cfe16892d28d85e56089',
  '0003-calibration.sql': '4c88d065b822354cc153eaedd8d0e0d275a0ef2b06d0c878d824c86f20af9395',
  '0004-consent.sql': '0b554f232e7c087b8d825aecb1cb8af6cfc88277c70404713408561f9504c7d4',
  '0005-ended-codes.sql': '2ba990169d7c567c203ea21408cc49c755f2227ac8d99ab02afd76f462f9ab91',
  '0007-assessment.sql': '1d4782ecc96865e1be400bd59fba22bf11fc787eb390575b832fc1502e907e42',
  '0006-handover.sql': '74a967ac3e68e8fb6758994ae8c8f64f7f14017692a34124cbaf37afe99bba33',
  '0009-forms.sql': '080fffb5f1acd0dcea9fa97df5c90d928faaf558adaf39ef5a3d48d1d4246202',
  '0011-passes.sql': 'f0bf7931ea1d78c5ba11a116281ab830c8cb3a02deebe71189ecdc9016faa6eb',
  '0012-codes.sql': 'bf28c1ea6c5da4029b40803ca8172d2c2416abf68d038cd1d8c8a38db8da070e',
  '0008-rules.sql': '59ad11d65875dc120557c8b6713c04562d1ea4eb96d73364abfeba9c23dc7fac',
  '0010-cards.sql': '60ca2ac4934ea8fd6e50affc133f899d1e92325d3c6e1de7c03dfc128416f506',
  '0013-issued-cards.sql': '7c1986cfcfdfcf74187447d7e9f40228243210f980056f4249077c7ae09f7c68',
  '0014-desk.sql': '7d4b8eef7b935e86f31c27093b2fc3252e01f76d8e945538f9c7269c9b490998',
  '0015-impact.sql': '69d85ebba68e8f7d1079ef5150fdb6418585f48f2c30c0217ae2d001e6e58f1a',
  '0016-bound-faces.sql': '0f91fa95bf1cdee6c747cbf53506443008e9de9ee5d61f3d7df40f2241cbd77a',
}

test('every migration is the one that was released', () => {
  const found = Object.fromEntries(
    migrations.map((name) => [name, createHash('sha256').update(readMigration(name)).digest('hex')]),
  )
  expect(found).toEqual(frozen)
})

test('every file in the folder is listed, in the order of its number', () => {
  const files = readdirSync(new URL('../../daemon/store/migrations/', import.meta.url)).sort()
  expect(files).toEqual([...migrations])
  expect(files.map((name) => Number(name.slice(0, 4)))).toEqual(files.map((_, place) => place + 1))
})
