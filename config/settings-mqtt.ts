// The declarations of the broker that events go out to. One declaration a setting. Absent: nothing leaves the gate.
// Read by settings.ts; `readBroker` also by whoever connects.

import { isIP } from 'node:net'
import * as v from 'valibot'
import { group, judged, matching, text, toggle, whole } from './declare.ts'

export type Broker = { readonly host: string; readonly port: number; readonly encrypted: boolean }

const portLimit = 65_535
const addressForm =
  /^(mqtts?):\/\/(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?))(?::(\d{1,5}))?$/

/** `mqtts://host:port`; undefined when it is not one. No user, password or path has a place in it. */
export const readBroker = (url: string): Broker | undefined => {
  const [, scheme, address, name, digits] = addressForm.exec(url) ?? []
  const host = address ?? name
  if (host === undefined || (address !== undefined && isIP(address) !== 6)) return undefined
  const encrypted = scheme === 'mqtts'
  const port = digits === undefined ? (encrypted ? 8883 : 1883) : Number(digits)
  return port >= 1 && port <= portLimit ? { host, port, encrypted } : undefined
}

const file = (en: string, zh: string) => v.exactOptional(text(512, { en, zh, form: 'file', resolve: 'relative' }))

export const mqtt = group(
  {
    url: judged((given) => readBroker(given) !== undefined, 'broker_malformed', {
      en: 'The broker. mqtt:// (not encrypted) only on this machine, or with allowPlain.',
      zh: '消息服务器。mqtt://（不加密）仅限本机，或另设 allowPlain。',
      form: 'mqtts://host:port',
    }),
    allowPlain: v.optional(
      toggle({
        en: 'Lets events and the password go unencrypted over the network.',
        zh: '允许事件和密码在网络上不加密传输。',
      }),
      false,
    ),
    username: v.exactOptional(text(128, { en: 'The gate’s name at the broker.', zh: '门禁在消息服务器上的用户名。' })),
    passwordFile: file(
      'A file that holds the password alone; read at each connection.',
      '只含密码的文件；每次连接时读取。',
    ),
    caFile: file(
      'Certificates (PEM) that vouch for the broker. Absent: the public ones.',
      '验证服务器身份的证书（PEM）；不写则用公共证书。',
    ),
    certFile: file(
      'The gate’s own certificate (PEM), where the broker wants one.',
      '门禁自己的证书（PEM），服务器要求时填写。',
    ),
    keyFile: file('The key of certFile.', 'certFile 的私钥。'),
    clientId: v.exactOptional(
      matching(/^[A-Za-z0-9_-]{1,64}$/, 'client_id_malformed', {
        en: 'Must be the gate’s alone at its broker. Absent: evengate-GATE.',
        zh: '在服务器上须唯一。不写则为 evengate-门名。',
        form: 'A–Z a–z 0–9 _ -, 1–64 characters',
      }),
    ),
    topicPrefix: v.exactOptional(
      matching(/^[A-Za-z0-9_.-]{1,64}(\/[A-Za-z0-9_.-]{1,64}){0,7}$/, 'topic_prefix_malformed', {
        en: 'What every topic begins with. Absent: evengate/GATE.',
        zh: '所有主题的开头。不写则为 evengate/门名。',
        form: '1–8 levels of A–Z a–z 0–9 _ . -',
      }),
    ),
    keepaliveSeconds: v.optional(
      whole(5, 600, {
        en: 'A broker that is silent for half as long again is given up.',
        zh: '服务器静默超过此时间的一倍半即视为断开。',
        unit: 'seconds',
      }),
      30,
    ),
  },
  {
    en: 'Events out, over MQTT 5. Never a name, a resident or a credential. Nothing at the gate waits for it.',
    zh: '经 MQTT 5 送出事件。绝不含姓名、住户或凭证；门前任何动作都不等待它。',
  },
)
