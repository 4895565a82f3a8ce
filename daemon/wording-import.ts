// The lines for the import of a list. Text only. Read by wording.ts.

import type { Line } from './wording.ts'

export const importLines: Readonly<Record<string, Line>> = {
  list_unreadable: [
    'The list cannot be read: is it a file, and may you read it?',
    '无法读取名单：是否为文件？是否有读取权限？',
  ],
  list_too_large: ['The list has more than 10 MB; split it by building.', '名单超过 10 MB；请按楼栋拆分。'],
  list_too_long: [
    'The list has more rows than one import takes; split it by building.',
    '名单行数过多；请按楼栋拆分。',
  ],
  list_is_workbook: [
    'This is a workbook and no list: save the sheet as CSV first.',
    '这是工作簿文件；请先将工作表另存为 CSV。',
  ],
  list_not_text: [
    'This is no text in UTF-8, UTF-16 or GB 18030 (GBK): save it as CSV anew.',
    '文件不是 UTF-8、UTF-16 或 GB 18030（GBK）文本；请重新另存为 CSV。',
  ],
  list_quotes: [
    'A quotation mark is left open, or stands within a cell that has none around it, at about this line.',
    '大约在此行，引号未闭合，或单元格内有多余的引号。',
  ],
  list_line_too_long: ['A line is far too long: is it a list of residents?', '某一行过长：这是住户名单吗？'],
  list_heads_missing: [
    'No line of heads with a column for the room: write 房号,姓名,卡号 or room,name,card above the rows.',
    '没有含房号列的表头；请在数据上方写：房号,姓名,卡号。',
  ],
  list_heads_twice: ['Two columns bear the same head; leave one out.', '两列表头相同；请去掉一列。'],
  list_empty: ['The list has heads and no rows.', '名单只有表头，没有数据。'],
  list_flawed: [
    'Nothing was written. Mend these lines in the list and import it again.',
    '未写入任何内容。请修正以上各行后重新导入。',
  ],
  room_missing: ['The room is missing.', '缺少房号。'],
  name_missing: ['A card or a date without a name.', '有卡号或日期，但没有姓名。'],
  cell_unprintable: ['A cell has a line break or a sign that cannot be printed.', '单元格含换行或不可打印字符。'],
  cell_formula: ['A cell begins as a formula does (= + - @).', '单元格以公式符号（= + - @）开头。'],
  cell_too_long: ['A cell is too long.', '单元格内容过长。'],
  cells_too_many: ['More cells than heads: is there a comma too many?', '单元格多于表头：是否多了逗号？'],
  cards_too_many: ['More than 8 cards for one person.', '一人超过 8 张卡。'],
  card_number_rounded: [
    'A spreadsheet has rounded this card number: format the column as text and fill it in anew.',
    '卡号已被表格软件取整；请将该列设为文本后重新填写。',
  ],
  card_number_cut: [
    'A card number in hexadecimal has lost digits, mostly zeros at the front: format the column as text and fill it in anew.',
    '十六进制卡号缺位（多为前导零）；请将该列设为文本后重新填写。',
  ],
  card_number_unknown: [
    'No card number of a form that the gate knows: hexadecimal or decimal, of 4, 5, 7, 8 or 10 bytes.',
    '无法识别的卡号：应为 4、5、7、8 或 10 字节的十六进制或十进制数。',
  ],
  card_number_other: ['A card number in another form than the rest of the list.', '此卡号的格式与名单其余部分不同。'],
  card_twice: ['This card stands in the list twice.', '此卡在名单中出现两次。'],
  line_repeats: ['This person stands in the list already.', '此住户已在名单中。'],
  line_differs: ['Another date of birth or schedule than in the line before.', '出生日期或时间表与前一行不同。'],
  resident_exists: ['This room has a resident of this name already.', '该房号已有同名住户。'],
  card_lost: [
    'This card was lost or stolen. Take it out of the list; once it is in your hand again, add it by `card add`.',
    '此卡已挂失或被盗。请从名单中删去；找回后用 card add 现场刷卡添加。',
  ],
  card_not_listed: [
    'This card is not in the list, or its number is printed in a form that the gate does not know. Tap another one.',
    '此卡不在名单中，或其卡号格式无法识别。请刷另一张。',
  ],
  tap_listed_card: ['Tap a card of the list at a reader.', '请在读卡器上刷一张名单中的卡。'],
  card_forms_disagree: [
    'The cards that were tapped fit no one form of numbers: the list mixes forms, or is another compound’s. Nothing was written.',
    '所刷的卡与任何一种卡号格式都不相符：名单混用了格式，或属于其他小区。未写入任何内容。',
  ],
  card_form_unknown: ['Cards of the list must be tapped first.', '须先刷名单中的卡。'],
  caller_gone: ['Whoever asked has hung up.', '请求方已断开。'],
  import_open: [
    'Another import is under way, or the one before still moves in; try again in a minute.',
    '另一次导入正在进行，或上次导入尚未完成；请一分钟后再试。',
  ],
  import_missing: ['This import is over; begin it anew.', '此次导入已结束；请重新开始。'],
  import_incomplete: [
    'Not every row has arrived; nothing was written. Import it again.',
    '并非所有行都已到达；未写入任何内容。请重新导入。',
  ],
  import_goes_on: [
    'The list is accepted and not yet all moved in; the gate goes on by itself, also after a restart.',
    '名单已接受但尚未全部写入；门禁会自行继续，重启后也会。',
  ],
}
