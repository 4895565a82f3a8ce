// Main's end of the signal part: what is sent, what is kept for a part that comes up later, and what is too late to be said.

import { beforeEach, expect, test } from 'vitest'
import type { MonotonicMs, WallMs } from '../../config/words.ts'
import type { Happening } from '../../daemon/happening.ts'
import { openSignalLink, type SignalLink } from '../../daemon/signal-link.ts'
import type { DoorEvent, ToPart } from '../../drivers/protocol.ts'

const NOW = 10_000 as MonotonicMs
let isThere = true
let sent: ToPart[] = []
let seen: Happening[] = []
let link: SignalLink

beforeEach(() => {
  isThere = true
  sent = []
  seen = []
  link = openSignalLink({
    clock: { wall: () => 0 as WallMs, monotonic: () => NOW },
    announce: (happening) => void seen.push(happening),
    send: (message) => {
      if (isThere) sent.push(message)
      return isThere
    },
  })
})

const door = (what: DoorEvent['what']): DoorEvent => ({ type: 'door', what, at: NOW })

test('a sign says its side and its moment, and nothing of who or by which way', () => {
  link.show('entry', 'granted')
  expect(sent).toEqual([{ type: 'sign', side: 'entry', sign: 'granted', at: NOW }])
})

test('watchers see each sign, though nobody shows it', () => {
  isThere = false
  link.show('exit', 'denied')
  expect(seen).toEqual([{ kind: 'signal', shown: { side: 'exit', sign: 'denied' } }])
})

test('a key of long ago is not clicked', () => {
  link.click('entry', (NOW - 501) as MonotonicMs)
  link.click('entry', (NOW - 500) as MonotonicMs)
  expect(sent).toEqual([{ type: 'click', side: 'entry', at: NOW - 500 }])
})

test('a part that comes up is told what holds', () => {
  isThere = false
  link.tellDoor(door('relay_on'))
  link.tellAlarms({ standing: true, sounding: false })
  isThere = true
  link.greet()
  expect(sent).toEqual([
    { type: 'unlocked', unlocked: true },
    { type: 'alarm', standing: true, sounding: false },
  ])
})

test('a door that is gone is not shown as unlocked', () => {
  link.tellDoor(door('relay_on'))
  link.loseDoor()
  expect(sent.at(-1)).toEqual({ type: 'unlocked', unlocked: false })
})

test('alarms are told when they change', () => {
  link.tellAlarms({ standing: true, sounding: true })
  link.tellAlarms({ standing: true, sounding: true })
  link.tellAlarms({ standing: true, sounding: false })
  expect(sent.map((message) => message.type)).toEqual(['alarm', 'alarm'])
})
