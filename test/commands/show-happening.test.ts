import { expect, test } from 'vitest'
import type { MonotonicMs } from '../../config/words.ts'
import { showHappening } from '../../daemon/cli/show-happening.ts'

const now = 0 as MonotonicMs

test('a rider’s code that is told at the gate is said to be told, and is no receipt', () => {
  const told = { kind: 'signal', shown: { side: 'entry', sign: 'number' } } as const
  expect(showHappening(told, now, 'en')).toBe('entry  ☼ a code is told')
  expect(showHappening(told, now, 'zh-CN')).toContain('正在播报密码')
  const receipt = { kind: 'signal', shown: { side: 'entry', sign: 'number', number: 17 } } as const
  expect(showHappening(receipt, now, 'en')).toBe('entry  ☼ receipt 17')
})
