// The number of a card as a list has it, read in each of the usual forms. Which form a list is in cannot be told from the numbers alone
// (reversed bytes look like any others): real taps say it (find-form.ts). Pure, keeps nothing, says nothing of a number in a refusal. Called
// by the reader of lists and by the gate.

/**
 * `hex`: the bytes as the card sends them, high first. `decimal`: the same bytes as one number; 8H10D is this with zeros before it to ten digits.
 * `_reversed`: the last byte first, as many USB readers type it.
 */
export const cardForms = ['hex', 'hex_reversed', 'decimal', 'decimal_reversed'] as const
export type CardForm = (typeof cardForms)[number]

/** Bytes of an identifier: single, double and triple size of ISO 14443, five of 125 kHz, eight of ISO 15693. */
const SIZES_BYTES = [4, 5, 7, 8, 10] as const
const MOST_DIGITS = 24

/** What spreadsheets and people put around a number: `="0123"`, an apostrophe, 0x, and marks between bytes. */
export const trimNumber = (cell: string): string =>
  cell
    .normalize('NFKC')
    .trim()
    .replace(/^="([^"]*)"$/, '$1')
    .replace(/^'/, '')
    .replace(/^0x/i, '')
    .replaceAll(/[\s:-]/g, '')
    .toLowerCase()

const readHex = (digits: string): Buffer | undefined =>
  /^0*[1-9a-f][0-9a-f]*$/.test(digits) && SIZES_BYTES.some((size) => digits.length === 2 * size)
    ? Buffer.from(digits, 'hex')
    : undefined

/** The smallest size that takes the number: a card of seven bytes begins with its maker, which is never zero. */
const readDecimal = (digits: string): Buffer | undefined => {
  if (!/^\d+$/.test(digits) || digits.length > MOST_DIGITS) return undefined
  const value = BigInt(digits)
  const size = value === 0n ? undefined : SIZES_BYTES.find((bytes) => value < 1n << BigInt(8 * bytes))
  return size === undefined ? undefined : Buffer.from(value.toString(16).padStart(2 * size, '0'), 'hex')
}

/** The identifier as the reader at the gate gives it; undefined: no number of this form. */
export const readCardNumber = (number: string, form: CardForm): Buffer | undefined => {
  const bytes = form.startsWith('hex') ? readHex(number) : readDecimal(number)
  return form.endsWith('reversed') ? bytes?.reverse() : bytes
}

/** A spreadsheet has made a fraction of it or lost its first zeros, or it is a number of some other kind. */
export type NumberFlaw = 'card_number_rounded' | 'card_number_cut' | 'card_number_unknown'

export const flawOfNumber = (cell: string): NumberFlaw | undefined => {
  // 1e234567 is four good bytes; 1.23e10 and 1E+10 were a number once.
  if (/^\d+\.\d*(e\+?\d+)?$|^\d+e\+\d+$/i.test(cell.trim())) return 'card_number_rounded'
  const number = trimNumber(cell)
  if (cardForms.some((form) => readCardNumber(number, form))) return undefined
  return /^[0-9a-f]*[a-f][0-9a-f]*$/.test(number) ? 'card_number_cut' : 'card_number_unknown'
}

/** The forms in which every one of these can be read. */
export const findCommonForms = (numbers: readonly string[]): readonly CardForm[] =>
  numbers.length === 0 ? [] : cardForms.filter((form) => numbers.every((number) => readCardNumber(number, form)))

/** The form in which most can be read, where none fits all: the others are told by their lines. */
export const findLikeliestForm = (numbers: readonly string[]): CardForm => {
  const count = (form: CardForm) => numbers.filter((number) => readCardNumber(number, form)).length
  return cardForms.reduce<CardForm>((best, form) => (count(form) > count(best) ? form : best), 'hex')
}
