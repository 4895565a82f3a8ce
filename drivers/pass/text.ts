// What stands in the QR of a visitor's pass: a mark of ours and 128 random bits, nothing about anybody. Both directions. Letters and digits
// of the QR's own dense alphabet, so that the code stays small and its modules large. Used by the camera's reader and by whoever issues a pass.

export const PASS_TOKEN_BYTES = 16
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
/** 26 × 5 bits hold 128 and two that are nought. */
const LETTERS = 26
const form = new RegExp(`^EVG1:([${alphabet}]{${LETTERS}})$`)
const SPARE_BITS = BigInt(LETTERS * 5 - PASS_TOKEN_BYTES * 8)

export const spellPass = (token: Uint8Array): string => {
  if (token.length !== PASS_TOKEN_BYTES) throw new RangeError(`a pass has ${PASS_TOKEN_BYTES} bytes`)
  let bits = BigInt(`0x${Buffer.from(token).toString('hex')}`) << SPARE_BITS
  let text = ''
  for (let n = 0; n < LETTERS; n++) {
    text = `${alphabet[Number(bits & 31n)]}${text}`
    bits >>= 5n
  }
  return `EVG1:${text}`
}

/** As hex; undefined for anything that is no pass of ours, such as the code of a payment. */
export const readPass = (text: string): string | undefined => {
  const letters = form.exec(text)?.[1]
  if (letters === undefined) return undefined
  let bits = 0n
  for (const letter of letters) bits = (bits << 5n) | BigInt(alphabet.indexOf(letter))
  // One text a token: what the last two bits say is not ours to ignore.
  if ((bits & ((1n << SPARE_BITS) - 1n)) !== 0n) return undefined
  return (bits >> SPARE_BITS).toString(16).padStart(PASS_TOKEN_BYTES * 2, '0')
}
