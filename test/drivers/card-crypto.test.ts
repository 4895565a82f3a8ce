// The published vectors (AN10922, AN10957, AN12196, and a public trace of a DESFire EV1), and what no vector has: answers of any shape.

import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diversify, isSame, macOf, rotated } from '../../drivers/card/proof/aes.ts'
import { answerAes, answerEv2, finishAes, finishEv2 } from '../../drivers/card/proof/mutual.ts'
import { verifySdm } from '../../drivers/card/proof/sdm.ts'
import { take } from '../line/gate-place.ts'

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')
const zeroKey = Buffer.alloc(16)

const ev1 = {
  challenge: hex('B969FDFE56FD91FC9DE6F6F213B8FD1E'),
  rndA: hex('F44B26F5686F3A391CD38EBD10772281'),
  token: hex('36AAD7DF6E436BA08D18613830A70D5AD43E3D3F4A8D47541EEE623A934E4774'),
  reply: hex('800DB680BC146BD121D6578F2D2E2059'),
  session: hex('F44B26F5C05DDD7110772281C4D066E8'),
}
const ev2 = {
  challenge: hex('A04C124213C186F22399D33AC2A30215'),
  rndA: hex('13C5DB8A5930439FC3DEF9A4C675360F'),
  token: hex('35C3E05A752E0144BAC0DE51C1F22C56B34408A23D8AEA266CAB947EA8E0118D'),
  reply: hex('3FA64DB5446D1F34CD6EA311167F5E4985B89690C04A05F17FA7AB2F08120663'),
}

describe('AN10922', () => {
  test.each([
    [
      'a long input',
      '00112233445566778899AABBCCDDEEFF',
      '04782E21801D80 3042F5 4E585020416275',
      'A8DD63A3B89D54B37CA802473FDA9175',
    ],
    ['a UID alone', 'F3F9377698707B688EAF84ABE39E3791', '04DEADBEEFFEED', '0BB408BAFF98B6EE9F2E1585777F6A51'],
  ])('gives the published key of %s', (_, key, input, derived) => {
    expect(diversify(hex(key), hex(input))).toEqual(hex(derived))
  })

  test('is no plain CMAC where the input is short', () => {
    const plain = macOf(hex('F3F9377698707B688EAF84ABE39E3791'), hex('01 04DEADBEEFFEED'))
    expect(plain).toEqual(hex('721E2C01E81AF85D815633969CEA2607'))
  })

  test('agrees with CMAC where the input fills two blocks', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.uint8Array({ minLength: 31, maxLength: 31 }),
        (key, input) => {
          expect(diversify(key, input)).toEqual(macOf(key, Buffer.concat([Buffer.from([1]), input])))
        },
      ),
    )
  })

  test('refuses an input that it has no room for', () => {
    expect(() => diversify(zeroKey, Buffer.alloc(32))).toThrow(RangeError)
    expect(() => diversify(zeroKey, Buffer.alloc(0))).toThrow(RangeError)
  })
})

describe('AuthenticateAES', () => {
  test('answers as the published trace and makes its session key', () => {
    const sent = take(answerAes(zeroKey, ev1.challenge, ev1.rndA))
    expect(sent.rndB).toEqual(hex('C05DDD714FD788A6B7B754F3C4D066E8'))
    expect(sent.token).toEqual(ev1.token)
    expect(take(finishAes(zeroKey, sent, ev1.reply))).toEqual(ev1.session)
  })

  test('does not accept the reply of another tap', () => {
    const sent = take(answerAes(zeroKey, ev1.challenge, randomBytes(16)))
    expect(finishAes(zeroKey, sent, ev1.reply)).toEqual({ ok: false, code: 'card_wrong_key' })
  })

  test('never throws and never accepts, whatever a card without the key answers', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.uint8Array({ maxLength: 64 }), (challenge, reply) => {
        const sent = answerAes(zeroKey, challenge, ev1.rndA)
        if (!sent.ok) return challenge.length !== 16
        return !finishAes(zeroKey, sent.value, reply).ok
      }),
    )
  })
})

describe('AuthenticateEV2First', () => {
  test('answers as published and makes the published session', () => {
    const sent = take(answerEv2(zeroKey, ev2.challenge, ev2.rndA))
    expect(sent.rndB).toEqual(hex('B9E2FC789B64BF237CCCAA20EC7E6E48'))
    expect(sent.token).toEqual(ev2.token)
    expect(take(finishEv2(zeroKey, sent, ev2.reply))).toEqual({
      ti: hex('9D00C4DF'),
      encryption: hex('1309C877509E5A215007FF0ED19CA564'),
      mac: hex('4C6626F5E72EA694202139295C7A7FC7'),
    })
  })

  test('does not accept a reply with one bit turned where the proof lies', () => {
    const sent = take(answerEv2(zeroKey, ev2.challenge, ev2.rndA))
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 * 8 - 1 }), (bit) => {
        const reply = Buffer.from(ev2.reply)
        reply[bit >> 3] = (reply[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        // A bit of the first block spoils that block as a whole, and RndA' begins there.
        expect(finishEv2(zeroKey, sent, reply)).toEqual({ ok: false, code: 'card_wrong_key' })
      }),
    )
  })

  test('never throws and never accepts, whatever a card without the key answers', () => {
    const sent = take(answerEv2(zeroKey, ev2.challenge, ev2.rndA))
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (reply) => {
        expect(finishEv2(zeroKey, sent, reply).ok).toBe(false)
      }),
    )
  })
})

describe('secure dynamic messaging', () => {
  const keys = { meta: zeroKey, file: zeroKey }
  const message = { piccEncrypted: hex('EF963FF7828658A599F3041510671E88'), mac: hex('94EED9EE65337086'), covered: '' }

  test('verifies the published message', () => {
    expect(take(verifySdm(keys, message, undefined))).toEqual({ uid: hex('04DE5F1EACC040'), counter: 61 })
  })

  test('verifies the published message whose MAC covers an encrypted file', () => {
    const file = 'CEE9A53E3E463EF1F459635736738962'
    const withFile = {
      piccEncrypted: hex('FD91EC264309878BE6345CBE53BADF40'),
      mac: hex('ECC1E7F6C6C73BF6'),
      covered: `${file}&cmac=`,
    }
    expect(take(verifySdm(keys, withFile, 7))).toEqual({ uid: hex('04958CAA5C5E80'), counter: 8 })
    expect(verifySdm(keys, { ...withFile, covered: file }, 7)).toMatchObject({ code: 'sdm_wrong_mac' })
  })

  test('accepts a counter only once, and never an older one', () => {
    expect(verifySdm(keys, message, 60).ok).toBe(true)
    expect(verifySdm(keys, message, 61)).toEqual({ ok: false, code: 'sdm_counter_old' })
    expect(verifySdm(keys, message, 62)).toEqual({ ok: false, code: 'sdm_counter_old' })
  })

  test('never throws and never accepts what has no right MAC', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ maxLength: 10 }), (piccEncrypted, mac) => {
        expect(verifySdm(keys, { piccEncrypted, mac, covered: '' }, undefined).ok).toBe(false)
      }),
    )
  })
})

test('values of different length are never the same, and a rotation is by one byte', () => {
  expect(isSame(hex('0102'), hex('010200'))).toBe(false)
  expect(rotated(hex('010203'))).toEqual(hex('020301'))
})
