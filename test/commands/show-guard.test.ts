// How the guard's commands answer at the terminal, in both languages.

import { expect, test } from 'vitest'
import { languages } from '../../config/words.ts'
import { showAnswer } from '../../daemon/cli/show.ts'

test.each([
  ['motor stop', { ref: 'm-1' }, ''],
  ['motor close', { ref: '12' }, '12'],
  ['call answer', { side: 'exit' }, ''],
] as const)('%s is answered in words', (command, value, named) => {
  for (const language of languages) {
    const line = showAnswer(command, value, language)
    expect(line).toContain(named)
    expect(line).not.toMatch(/[{}]|undefined/)
    expect(/\p{Script=Han}/u.test(line)).toBe(language === 'zh-CN')
  }
})
