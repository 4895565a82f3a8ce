// The lines for pages that people read and sign. Text only. Read by wording.ts.

import type { Line } from './wording.ts'

export const pageLines: Readonly<Record<string, Line>> = {
  form_faceless: ['This gate looks at no faces: there is nothing to consent to.', '本门不处理人脸：无需征得同意。'],
  form_unknown: [
    'The gate has printed no form of this number: compare it with the sheet, letters too.',
    '本门未打印过此编号的表单：请与纸面核对，包括字母。',
  ],
  form_used: [
    'This form was used already, or is another resident’s: print a new one with `evengate notice form`.',
    '此表单已使用，或属于其他住户：请用 `evengate notice form` 打印新表单。',
  ],
  form_stale: [
    'This form names another notice than the one in force: print a new one with `evengate notice form` and have it signed.',
    '此表单对应的告知书与现行的不同：请用 `evengate notice form` 打印新表单并重新签署。',
  ],
  page_unwritable: [
    'The page cannot be written there: is the file there already, and may you write in its folder?',
    '无法写入页面：文件是否已存在？是否有目录写权限？',
  ],
  evidence_config_other: [
    'The running gate has another configuration than this file: reload it first, so that the folder shows the gate as it is.',
    '运行中的门禁配置与此文件不同：请先重新加载，使目录与实际一致。',
  ],
  author_missing: [
    'Say who wrote it, in at most 100 characters: --by NAME.',
    '请注明填写人，最多 100 个字符：--by 姓名。',
  ],
  impact_part_missing: [
    'Say which part the words are for: --write PART; --help lists the parts.',
    '请指明所填写的部分：--write 部分；--help 列出各部分。',
  ],
  impact_text_missing: [
    'Say where the words are: --text FILE, at most 4000 characters.',
    '请指定文字所在文件：--text 文件，最多 4000 个字符。',
  ],
  impact_text_long: [
    'That is more than 4000 characters: keep the rest on paper beside the page.',
    '超过 4000 个字符：其余请另附纸面。',
  ],
  impact_text_unreadable: ['The file with the words cannot be read.', '无法读取文字文件。'],
  noticed_not_past: [
    'There is no such time, or it is still to come: give when it was noticed as YYYY-MM-DDTHH:MM by the gate’s zone.',
    '没有此时间或尚未到来：请按门禁时区以 YYYY-MM-DDTHH:MM 填写发现时间。',
  ],
  period_missing: [
    'Say since when: --from YYYY-MM-DD, or --sample.',
    '请指定起始日期：--from YYYY-MM-DD，或 --sample。',
  ],
}
