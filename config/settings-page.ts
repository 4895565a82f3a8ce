// The page of all settings, config/SETTINGS.md, made from their declarations. A test holds the page against what this prints.

import type { SettingRow } from './describe.ts'

const cell = (text: string): string => text.replaceAll('|', '\\|')

const showRow = (row: SettingRow): string => {
  const range = [row.range, row.unit].filter((part) => part !== '').join(' ')
  const preset = row.required ? '**required** 必填' : row.default === '' ? '–' : `\`${row.default}\``
  const drivers = row.drivers.length > 0 ? ` (${row.drivers.join(', ')})` : ''
  return `| \`${row.path}\` | ${cell(row.type)} | ${cell(range)} | ${preset} | ${cell(row.en + drivers)} | ${cell(row.zh)} |`
}

export const writeSettingsPage = (rows: readonly SettingRow[]): string =>
  [
    '# Settings · 配置项',
    '',
    'Made from the declarations in `config/settings*.ts`; `[]` stands for each item of a list. 由声明生成；`[]` 表示列表中的每一项。',
    '',
    '| setting | type | range, unit | default | what it is | 说明 |',
    '|---|---|---|---|---|---|',
    ...rows.map(showRow),
    '',
  ].join('\n')
