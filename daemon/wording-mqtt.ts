// The lines for events out: why the broker gets none, and what to do. Text only. Read by wording.ts.

import type { Line } from './wording.ts'

export const mqttLines: Readonly<Record<string, Line>> = {
  mqtt_answers: ['The broker takes events again.', '消息服务器恢复接收事件。'],
  mqtt_unreachable: [
    'The broker cannot be reached; events wait. Check mqtt.url, the network and whether it runs.',
    '无法连接消息服务器；事件等待中。请检查 mqtt.url、网络及其是否运行。',
  ],
  mqtt_untrusted: [
    'The broker’s certificate is not vouched for; events wait. Check mqtt.caFile, the name in mqtt.url and the clock.',
    '消息服务器的证书未通过验证；事件等待中。请检查 mqtt.caFile、mqtt.url 中的名称和时钟。',
  ],
  mqtt_login_refused: [
    'The broker refuses the user or password; events wait. Check mqtt.username and the password’s file.',
    '消息服务器拒绝用户名或密码；事件等待中。请检查 mqtt.username 和密码文件。',
  ],
  mqtt_refused: [
    'The broker refuses the connection; events wait. Look up the number in its log.',
    '消息服务器拒绝连接；事件等待中。请在其日志中查找该编号。',
  ],
  mqtt_denied: [
    'The broker’s rules deny the gate a topic; events wait. Allow it to write below its prefix.',
    '消息服务器的权限规则禁止写入某主题；事件等待中。请允许写入本门前缀下的主题。',
  ],
  mqtt_publish_refused: [
    'The broker refuses an event; it and those behind it wait. Look up the number in its log.',
    '消息服务器拒收某事件；该事件及其后的事件等待中。请在其日志中查找该编号。',
  ],
  mqtt_unanswered: [
    'The broker is connected and does not answer; events wait. Look at its log.',
    '消息服务器已连接但不应答；事件等待中。请查看其日志。',
  ],
  mqtt_lost: [
    'The broker ended the connection; events wait. Is another client using this mqtt.clientId?',
    '消息服务器断开了连接；事件等待中。是否有其他客户端使用相同的 mqtt.clientId？',
  ],
  mqtt_intrusive: [
    'The broker sends what nobody asked for and was cut off; events wait. Check which broker mqtt.url names.',
    '消息服务器发来未请求的内容，已断开；事件等待中。请检查 mqtt.url 指向的服务器。',
  ],
  mqtt_malformed: [
    'What answers at mqtt.url does not speak MQTT 5; events wait. Check address and port.',
    'mqtt.url 处的应答不是 MQTT 5；事件等待中。请检查地址和端口。',
  ],
  mqtt_file_unreadable: [
    'A file of the broker’s settings cannot be read; events wait. Check its path and owner.',
    '无法读取消息服务器设置中的文件；事件等待中。请检查路径和所有者。',
  ],
  mqtt_file_unusable: [
    'A file of the broker’s settings holds no certificate or key, or they do not fit each other; events wait. Replace it.',
    '消息服务器设置中的文件不含有效证书或密钥，或两者不匹配；事件等待中。请更换。',
  ],
  mqtt_fault: [
    'A fault in evengate itself; events wait. Please report it.',
    'evengate 内部故障；事件等待中。请报告此问题。',
  ],
  mqtt_left: ['The gate has ended the connection to the broker.', '门禁已断开与消息服务器的连接。'],
}
