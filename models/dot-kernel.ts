// Writes out, byte by byte, a WebAssembly module of one function: the dot products of one vector with many rows, of 16-bit integers
// on 128-bit lanes. Exhaustive; no index. Knows no galleries. Called by match.ts; there is no compiler to install and nothing to fetch.

/** The lengths of query and row are multiples of this (eight values a lane group, four groups at a time); pad with zeros. */
export const rowGranuleBytes = 64
/** Bytes of one page of WebAssembly memory. */
export const pageBytes = 65_536

/** Addresses and lengths in bytes, all multiples of 16; `count` rows; one float a row is written at `scores`. A sum of products must fit
 * 32 bits. */
export type ScoreRows = (query: number, rows: number, count: number, rowBytes: number, scores: number) => void

const [i32, f32, v128] = [0x7f, 0x7d, 0x7b]
const [section, code] = [
  { type: 1, import: 2, function: 3, global: 6, export: 7, code: 10 },
  { empty: 0x40, end: 0x0b },
]

/** Unsigned LEB128. */
const leb = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) | 128, ...leb(Math.floor(value / 128))]
const vector = (items: readonly (readonly number[])[]): number[] => [...leb(items.length), ...items.flat()]
const sized = (bytes: readonly number[]): number[] => [...leb(bytes.length), ...bytes]
const name = (text: string): number[] => sized([...Buffer.from(text, 'utf8')])

const get = (local: number): number[] => [0x20, local]
const set = (local: number): number[] => [0x21, local]
/** Signed LEB128 of a small positive constant. */
const constant = (value: number): number[] => [0x41, ...(value < 64 ? [value] : [(value & 127) | 128, value >> 7])]
const addTo = (local: number, amount: readonly number[]): number[] => [...get(local), ...amount, 0x6a, ...set(local)]
const simd = (operation: number, ...rest: number[]): number[] => [0xfd, ...leb(operation), ...rest]
const loadLanes = (local: number, offset: number): number[] => [...get(local), ...simd(0, 4, ...leb(offset))]
const zeroLanes = simd(12, ...new Array<number>(16).fill(0))
/** i32x4.add */
const addLanes = simd(174)
/** i32x4.dot_i16x8_s: eight products, added in pairs. */
const multiplyLanes = simd(186)
/** i32x4.extract_lane */
const lane = (local: number, index: number): number[] => [...get(local), ...simd(27, index)]
const [addInteger, toFloat, multiplyFloat] = [0x6a, 0xb2, 0x94]
const getUnit = [0x23, 0]
const float = (value: number): number[] => [...new Uint8Array(Float32Array.of(value).buffer)]
const loop = (body: readonly number[]): number[] => [0x03, code.empty, ...body, code.end]

const local = { query: 0, rows: 1, count: 2, rowBytes: 3, scores: 4, cell: 5, end: 6, sums: [7, 8, 9, 10] } as const

/** sums[i] += rows[i] × query[i] for four groups of eight values, then one step on. */
const innerLoop = loop([
  ...local.sums.flatMap((sum, i) => [
    ...get(sum),
    ...loadLanes(local.rows, i * 16),
    ...loadLanes(local.cell, i * 16),
    ...multiplyLanes,
    ...addLanes,
    ...set(sum),
  ]),
  ...addTo(local.cell, constant(64)),
  ...addTo(local.rows, constant(64)),
  ...get(local.rows),
  ...get(local.end),
  0x49, // rows < end, unsigned
  ...[0x0d, 0], // once more
])

const addUp = (): number[] => {
  const [first, ...others] = local.sums
  const lanes = [...get(first), ...others.flatMap((sum) => [...get(sum), ...addLanes]), ...set(first)]
  const sum = [...lane(first, 0), ...[1, 2, 3].flatMap((index) => [...lane(first, index), addInteger])]
  return [...lanes, ...sum, toFloat, ...getUnit, multiplyFloat]
}

const outerLoop = loop([
  ...local.sums.flatMap((sum) => [...zeroLanes, ...set(sum)]),
  ...[...get(local.query), ...set(local.cell)],
  ...[...get(local.rows), ...get(local.rowBytes), 0x6a, ...set(local.end)],
  ...innerLoop,
  ...[...get(local.scores), ...addUp(), 0x38, 2, 0], // f32.store
  ...addTo(local.scores, constant(4)),
  ...[...get(local.count), ...constant(1), 0x6b, 0x22, local.count], // count -= 1, and look at it
  ...[0x0d, 0],
])

/** Imports `gate.memory`, exports `scoreRows`. Nothing is read when `count` is 0. */
export const assembleDotKernel = (mostPages: number, unit: number): Uint8Array<ArrayBuffer> => {
  const body = [
    ...vector([
      [2, i32],
      [4, v128],
    ]),
    ...[...get(local.count), 0x45, 0x04, code.empty, 0x0f, code.end], // no rows: return
    ...outerLoop,
    code.end,
  ]
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[section.type, ...sized(vector([[0x60, ...vector([[i32], [i32], [i32], [i32], [i32]]), 0]]))],
    ...[section.import, ...sized(vector([[...name('gate'), ...name('memory'), 2, 1, 0, ...leb(mostPages)]]))],
    ...[section.function, ...sized(vector([[0]]))],
    ...[section.global, ...sized(vector([[f32, 0, 0x43, ...float(unit), code.end]]))],
    ...[section.export, ...sized(vector([[...name('scoreRows'), 0, 0]]))],
    ...[section.code, ...sized(vector([sized(body)]))],
  ])
}

/** The compiler's library knows WebAssembly only for browsers; this is what is used of it. */
declare const WebAssembly: {
  readonly Memory: new (pages: { initial: number; maximum: number }) => WasmMemory
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  readonly Instance: new (
    module: object,
    imports: { readonly gate: { readonly memory: WasmMemory } },
  ) => { readonly exports: { readonly scoreRows: ScoreRows } }
}

export type WasmMemory = { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number }

/** V8 reserves the address range of the maximum and grows in place: growing makes no second copy of the contents. */
export const createMemory = (initial: number, maximum: number): WasmMemory =>
  new WebAssembly.Memory({ initial, maximum })

/** `unit`: the score of a sum of products of 1. */
export const instantiateDotKernel = (memory: WasmMemory, mostPages: number, unit: number): ScoreRows =>
  new WebAssembly.Instance(new WebAssembly.Module(assembleDotKernel(mostPages, unit)), { gate: { memory } }).exports
    .scoreRows
