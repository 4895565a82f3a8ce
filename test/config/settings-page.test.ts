import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { describeSettings } from '../../config/settings.ts'
import { writeSettingsPage } from '../../config/settings-page.ts'

test('the page of settings is what the declarations say', async () => {
  // After a change of the declarations: npx vitest run test/config/settings-page.test.ts -u
  await expect(writeSettingsPage(describeSettings())).toMatchFileSnapshot(
    resolve(import.meta.dirname, '../../config/SETTINGS.md'),
  )
  expect(readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8')).toContain('config/SETTINGS.md')
})
