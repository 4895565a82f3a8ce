// The desk with a real pcscd and virtual cards: the script that measures it (thirty-cards.ts), with three cards.

import { describe, expect, test } from 'vitest'
import { needPart } from '../parts.ts'
import { measureDesk } from './thirty-cards.ts'

const parts = ['socat', 'pcscd', 'vpcd', 'pcsclite', 'unshare'] as const

describe.skipIf(!parts.every(needPart))('the desk', () => {
  test('gives three virtual cards, one after the other', async () => {
    expect(await measureDesk(3)).toMatchObject({ cards: 3 })
  }, 120_000)
})
