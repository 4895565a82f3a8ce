// How `right check` answers at the terminal: nothing found is said in words, and so is how many there are.

import { expect, test } from 'vitest'
import { showAnswer } from '../../daemon/cli/show.ts'

test('that every right can apply is said in words', () => {
  const none = { findings: [], total: 0 }
  expect(showAnswer('right check', none, 'en')).toBe('no right that can never apply')
  expect(showAnswer('right check', none, 'zh-CN')).toBe('没有永远不会生效的权限')
})

test('how many were found follows those that are listed', () => {
  const some = { findings: [{ code: 'right_ended', resident: 'r_1', right: 'g_1' }], total: 212 }
  expect(showAnswer('right check', some, 'en').split('\n')).toEqual([expect.stringContaining('r_1, g_1'), 'found: 212'])
  expect(showAnswer('right check', some, 'zh-CN')).toMatch(/\n共 212 项$/)
})
