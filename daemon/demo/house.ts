// The residents of the demo: fictional people, enrolled by the operations that the office's commands use. Their cards and codes are
// made from the seed and open nothing but the demo's own gate. Called before the first scene.

import { hide, type Language, type Result } from '../../config/words.ts'
import { codedError } from '../../drivers/log.ts'
import { flawOfCode } from '../core/code-rules.ts'
import type { Daemon } from '../daemon.ts'
import type { Chance } from './chance.ts'

export const SIXTY = 60
const FLATS_A_FLOOR = 4
/** Whoever of the sixty comes by code; the others hold a card alone. */
const CODES = 8

export type Resident = {
  readonly id: string
  /** As the screen shows them: room and name. */
  readonly who: string
  readonly card: string
  /** NUMBER*CODE# */
  readonly keys?: string
}
/** Two of one flat. */
export type Flat = {
  /** 1204-1: card, and a face of her own will. */
  readonly first: Resident
  /** 1204-2: card, and code 12042. */
  readonly second: Resident
}

const surnames = [
  '李 Li',
  '王 Wang',
  '张 Zhang',
  '刘 Liu',
  '陈 Chen',
  '杨 Yang',
  '赵 Zhao',
  '黄 Huang',
  '周 Zhou',
  '吴 Wu',
]
const givenNames = [
  '梅 Mei',
  '强 Qiang',
  '静 Jing',
  '伟 Wei',
  '芳 Fang',
  '磊 Lei',
  '娜 Na',
  '兰 Lan',
  '勇 Yong',
  '燕 Yan',
  '杰 Jie',
]

const nameFrom = (surname: string, given: string, language: Language): string => {
  const [family = '', familyLatin = ''] = surname.split(' ')
  const [own = '', ownLatin = ''] = given.split(' ')
  return language === 'en' ? `${familyLatin} ${ownLatin}` : family + own
}

export const byDemo = Object.freeze({ role: 'root', caller: `uid:${process.getuid?.() ?? 0}` } as const)

/** Everything here is lawful and on an empty store: a refusal is a bug of the demo. */
export const need = <T>(result: Result<T>): T => {
  if (!result.ok) throw codedError('gate_refused', result.code)
  return result.value
}

/** Seven bytes of a maker's number; never 08, which would be a phone's random one. */
export const makeCard = (chance: Chance): string =>
  `04${Array.from({ length: 6 }, () => chance.below(256).toString(16).padStart(2, '0')).join('')}`

export const makeCode = (chance: Chance): string => {
  for (;;) {
    const code = String(100_000 + chance.below(900_000))
    if (flawOfCode(code) === undefined) return code
  }
}

type NewResident = { readonly room: string; readonly name: string; readonly number?: string }

const enrolResident = async (
  { ledger, facts, config }: Daemon,
  householdId: string,
  { room, name, number }: NewResident,
  chance: Chance,
): Promise<Resident> => {
  const rights = [{ gate: config.gate }]
  const { residentId } = need(await ledger.write('addResident', { householdId, name, rights }, byDemo))
  const card = makeCard(chance)
  const token = facts.cardKey(hide(Buffer.from(card, 'hex')))
  need(await ledger.write('addCard', { residentId, token, proof: 'identifier' }, byDemo))
  const resident = { id: residentId, who: `${room} ${name}`, card }
  if (number === undefined) return resident
  const code = makeCode(chance)
  const challenge = facts.newChallenge()
  const hash = await facts.hashCode(hide(code), challenge)
  need(await ledger.write('setPin', { residentId, number, ...challenge, hash }, byDemo))
  return { ...resident, keys: `${number}*${code}#` }
}

const enrolHousehold = async ({ ledger }: Daemon, room: string): Promise<string> =>
  need(await ledger.write('addHousehold', { room }, byDemo)).householdId

export const enrolFlat = async (daemon: Daemon, chance: Chance): Promise<Flat> => {
  const { language } = daemon.config
  const home = await enrolHousehold(daemon, '1204')
  const mei = { room: '1204', name: nameFrom('李 Li', '梅 Mei', language) }
  const qiang = { room: '1204', name: nameFrom('王 Wang', '强 Qiang', language), number: '12042' }
  const first = await enrolResident(daemon, home, mei, chance)
  return { first, second: await enrolResident(daemon, home, qiang, chance) }
}

/** The sixty from number `from` up to number `to`, each in a flat of his own. */
export const enrolNeighbours = async (
  daemon: Daemon,
  chance: Chance,
  from: number,
  to: number,
  onEnrolled: (done: number) => void,
): Promise<Resident[]> => {
  const pick = (list: readonly string[]): string => list[chance.below(list.length)] ?? ''
  const neighbours: Resident[] = []
  for (let n = from; n < to; n++) {
    const room = `${13 + Math.floor(n / FLATS_A_FLOOR)}0${1 + (n % FLATS_A_FLOOR)}`
    const someone = { room, name: nameFrom(pick(surnames), pick(givenNames), daemon.config.language) }
    const coded = n >= SIXTY - CODES ? { ...someone, number: `${room}1` } : someone
    neighbours.push(await enrolResident(daemon, await enrolHousehold(daemon, room), coded, chance))
    onEnrolled(n + 1)
  }
  return neighbours
}
