// What is said about the broker's settings. Both languages, one line each, what is wrong and what to do. Read by wording.ts alone.

import type { Text } from './wording-file.ts'

export const mqttWording = {
  broker_malformed: {
    en: 'This is no address of a broker; write mqtts://host:port. User and password stand in username and passwordFile.',
    'zh-CN': '这不是消息服务器地址；请写 mqtts://主机:端口。用户名和密码写在 username 和 passwordFile。',
  },
  client_id_malformed: {
    en: 'A client id is 1 to 64 characters of A–Z, a–z, 0–9, _ and -; change {given}, or leave it out.',
    'zh-CN': 'clientId 为 1 到 64 个字符，限 A–Z、a–z、0–9、_ 和 -；请修改 {given}，或不写。',
  },
  topic_prefix_malformed: {
    en: 'A topic prefix is words of A–Z, a–z, 0–9, _, . and - with / between them; change {given}, or leave it out.',
    'zh-CN': '主题前缀由 A–Z、a–z、0–9、_、. 和 - 组成的词以 / 连接；请修改 {given}，或不写。',
  },
  broker_plain: {
    en: 'mqtt:// would send events and the password unencrypted to {host}. Write mqtts://, or accept it with mqtt.allowPlain: true.',
    'zh-CN': 'mqtt:// 会把事件和密码不加密地发往 {host}。请写 mqtts://，或以 mqtt.allowPlain: true 接受。',
  },
  broker_plain_allowed: {
    en: 'Whoever listens on the network reads the events and the broker’s password; write mqtts:// as soon as the broker can.',
    'zh-CN': '网络上的监听者可读取事件和服务器密码；服务器支持后请尽快改用 mqtts://。',
  },
  broker_setting_alone: {
    en: '{given} does nothing without {missing}; add it under mqtt, or remove {given}.',
    'zh-CN': '没有 {missing}，{given} 不起作用；请在 mqtt 下添加，或删除 {given}。',
  },
  broker_file_unused: {
    en: 'mqtt:// is not encrypted and {given} would be ignored; write mqtts://, or remove {given}.',
    'zh-CN': 'mqtt:// 不加密，{given} 不会被使用；请写 mqtts://，或删除 {given}。',
  },
} as const satisfies Record<string, Text>
