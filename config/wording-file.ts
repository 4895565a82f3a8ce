// What is said about a file that cannot be read as settings: the file, its YAML, its single settings. Both languages,
// one line each, what is wrong and what to do. Read by wording.ts alone.

export type Text = { readonly en: string; readonly 'zh-CN': string }

export const fileWording = {
  file_missing: {
    en: 'There is no such file; name another with --config, or copy config/simulated.example.yaml.',
    'zh-CN': '文件不存在；请用 --config 指定，或复制 config/simulated.example.yaml。',
  },
  file_forbidden: {
    en: 'This user may not read the file; give read permission or run as the gate’s user.',
    'zh-CN': '当前用户无权读取此文件；请授予读权限，或以门禁用户运行。',
  },
  file_not_regular: {
    en: 'This is not a file (a folder, a device or a pipe); name the YAML file itself.',
    'zh-CN': '这不是文件（而是目录、设备或管道）；请指定 YAML 文件本身。',
  },
  file_unreadable: {
    en: 'The file cannot be read ({errno}); check the path and the disk.',
    'zh-CN': '无法读取文件（{errno}）；请检查路径和磁盘。',
  },
  file_too_large: {
    en: 'The file is larger than {maxKib} KiB, which no configuration is; check that it is the right file.',
    'zh-CN': '文件超过 {maxKib} KiB，不会是配置文件；请确认文件是否正确。',
  },
  file_not_text: {
    en: 'The file is not UTF-8 text; save it as UTF-8.',
    'zh-CN': '文件不是 UTF-8 文本；请另存为 UTF-8 编码。',
  },
  file_empty: {
    en: 'The file holds no settings; start from config/simulated.example.yaml.',
    'zh-CN': '文件中没有任何设置；请从 config/simulated.example.yaml 开始。',
  },
  file_not_settings: {
    en: 'Here stands {found} and no settings; write settings such as `gate: south`.',
    'zh-CN': '此处是{found}，不是设置；请写设置，如 `gate: south`。',
  },
} as const satisfies Record<string, Text>

export const yamlWording = {
  yaml_syntax: {
    en: 'This is not valid YAML at column {column} ({yamlCode}); check colons (a space follows), quotes and brackets.',
    'zh-CN': '第 {column} 列处不是有效的 YAML（{yamlCode}）；请检查冒号（后面要有空格）、引号和括号。',
  },
  yaml_indent: {
    en: 'The indentation does not fit the lines around it; indent one group by the same number of spaces, close every bracket.',
    'zh-CN': '缩进与上下行不一致；同一组设置请用相同数量的空格缩进，并闭合括号。',
  },
  yaml_key: {
    en: 'This line is no `name: value`; check its indentation and the next line’s, and the space after the colon.',
    'zh-CN': '此行不是“名称: 值”；请检查本行和下一行的缩进，以及冒号后的空格。',
  },
  yaml_tab: {
    en: 'A tab indents this line; use spaces.',
    'zh-CN': '此行用了制表符缩进；请改用空格。',
  },
  yaml_many_documents: {
    en: 'A second document begins here (---); one file holds one gate.',
    'zh-CN': '此处开始了第二个文档（---）；一个文件只写一个门。',
  },
  yaml_alias: {
    en: 'References (*{name}) are not accepted; write the settings out.',
    'zh-CN': '不接受引用（*{name}）；请把设置完整写出。',
  },
  yaml_tag: {
    en: 'Types marked with ! are not accepted; write plain text, numbers, true or false.',
    'zh-CN': '不接受以 ! 标注的类型；请直接写文本、数字、true 或 false。',
  },
  yaml_too_deep: {
    en: 'Groups are nested too deeply to be settings; check brackets and indentation.',
    'zh-CN': '嵌套层次过深，不会是设置；请检查括号和缩进。',
  },
  key_not_text: {
    en: 'The name of a setting must be plain text; remove the brackets or the ?.',
    'zh-CN': '设置名必须是普通文本；请去掉括号或 ?。',
  },
  key_twice: {
    en: '{key} already stands in line {firstLine}; keep one of the two.',
    'zh-CN': '{key} 已在第 {firstLine} 行出现；请只保留一处。',
  },
} as const satisfies Record<string, Text>

export const settingWording = {
  setting_missing: {
    en: '{key} is missing; add it. {en}',
    'zh-CN': '缺少 {key}；请补上。{zh}',
  },
  setting_empty: {
    en: '{key} has no value; give one or remove the line. {en}',
    'zh-CN': '{key} 没有值；请填写或删除此行。{zh}',
  },
  key_unknown: {
    en: 'There is no setting {key} here; remove it. Known here: {known}.',
    'zh-CN': '此处没有设置 {key}；请删除。此处可用：{known}。',
  },
  key_unknown_near: {
    en: 'There is no setting {key} here; did you mean {near}?',
    'zh-CN': '此处没有设置 {key}；是不是 {near}？',
  },
  key_unit: {
    en: 'There is no setting {key} here; write {near}, in {unit}.',
    'zh-CN': '此处没有设置 {key}；请写 {near}，单位为{unit}。',
  },
  key_misplaced: {
    en: '{key} does not stand here; it belongs at {place}.',
    'zh-CN': '{key} 不应写在这里；应写在 {place}。',
  },
  key_other_driver: {
    en: '{key} belongs to driver {others}; here the driver is {driver}. Remove the one or change the other.',
    'zh-CN': '{key} 属于驱动 {others}；此处驱动为 {driver}。请删除该设置或更改驱动。',
  },
  type_wrong: {
    en: '{key} is {found}; wanted is {wanted}. Change it.',
    'zh-CN': '{key} 是{found}，应为{wanted}；请修改。',
  },
  text_needs_quotes: {
    en: 'YAML reads {given} as {found}; put it in quotes: "{given}".',
    'zh-CN': 'YAML 把 {given} 读成了{found}；请加引号："{given}"。',
  },
  unit_wrong: {
    en: '{given} has a unit of its own; {key} is a plain number of {unit}, here {suggestion}.',
    'zh-CN': '{given} 自带单位；{key} 只写数字，单位为{unit}，此处应为 {suggestion}。',
  },
  choice_unknown: {
    en: '{given} is not a choice; wanted is one of {options}.',
    'zh-CN': '{given} 不可选；可选：{options}。',
  },
  out_of_range: {
    en: '{given} is out of range; write {min} to {max}{inUnit}.',
    'zh-CN': '{given} 超出范围；请写 {min} 到 {max}{inUnit}。',
  },
  not_whole: {
    en: '{given} is not a whole number; write {min} to {max}{inUnit}.',
    'zh-CN': '{given} 不是整数；请写 {min} 到 {max}{inUnit}。',
  },
  text_malformed: {
    en: 'The text is blank or holds line breaks or control characters; write one plain line.',
    'zh-CN': '文本为空白，或含换行、控制字符；请写成一行普通文本。',
  },
  text_too_long: {
    en: 'The text is too long; at most {max} characters.',
    'zh-CN': '文本过长；最多 {max} 个字符。',
  },
  id_malformed: {
    en: 'A name is 1 to 32 characters of a–z, 0–9 and -; change {given}.',
    'zh-CN': '名称为 1 到 32 个字符，限 a–z、0–9 和 -；请修改 {given}。',
  },
  time_zone_unknown: {
    en: 'There is no time zone {given}; write an IANA name such as Asia/Shanghai.',
    'zh-CN': '没有时区 {given}；请写 IANA 名称，如 Asia/Shanghai。',
  },
  input_malformed: {
    en: 'This is no camera input; write a device, a file or an rtsp:// address that does not begin with -.',
    'zh-CN': '这不是摄像头输入；请写设备、文件或 rtsp:// 地址，且不以 - 开头。',
  },
  format_malformed: {
    en: 'This is no name of an ffmpeg format; write for example v4l2, or leave it out.',
    'zh-CN': '这不是 ffmpeg 格式名；请写如 v4l2，或不写。',
  },
  list_length: {
    en: 'The list must hold {min} to {max} items; add or remove some, or remove the whole list.',
    'zh-CN': '列表应有 {min} 到 {max} 项；请增减，或删除整个列表。',
  },
  pair_wrong: {
    en: 'A two-factor rule is a pair of paths; write for example [card, keypad].',
    'zh-CN': '双重验证规则为一对方式；请写如 [card, keypad]。',
  },
  more_problems: {
    en: 'There are {count} more problems; repair those above first.',
    'zh-CN': '另有 {count} 个问题；请先修复以上各项。',
  },
} as const satisfies Record<string, Text>
