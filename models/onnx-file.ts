// Reads an ONNX file: its steps in their order and its constants. Computes nothing and knows only the parts of the format that our
// networks use; whatever else a file says is refused by name. Called by runtime-tfjs-onnx.ts with bytes that passed their checksum.

/** Floats as they are; whole numbers (shapes, axes) as plain numbers. */
export type Constant =
  | { readonly kind: 'floats'; readonly shape: readonly number[]; readonly values: Float32Array }
  | { readonly kind: 'wholes'; readonly values: readonly number[] }

export type Step = {
  readonly operation: string
  readonly inputs: readonly string[]
  readonly output: string
  /** Lists of whole numbers; a single one is a list of one. */
  readonly wholes: Readonly<Record<string, readonly number[]>>
  readonly texts: Readonly<Record<string, string>>
}

export type OnnxGraph = { readonly steps: readonly Step[]; readonly constants: ReadonlyMap<string, Constant> }

/** One field of a protobuf message: a number (varint), or bytes (everything with a length, and fixed 32 bits). */
type Field = { readonly number: number; readonly value: number | Buffer }

/** Whole numbers beyond this are none of a shape's: ONNX writes "to the end" as 2^63 - 1. */
const wholeLimit = 2 ** 53

const readVarint = (bytes: Buffer, at: number): readonly [value: number, next: number] => {
  let value = 0n
  for (let i = 0; i < 10; i++) {
    const byte = bytes[at + i]
    if (byte === undefined) throw new Error('the file ends within a number')
    value |= BigInt(byte & 127) << BigInt(7 * i)
    if (byte < 128) {
      const signed = Number(BigInt.asIntN(64, value))
      return [Math.max(-wholeLimit, Math.min(wholeLimit, signed)), at + i + 1]
    }
  }
  throw new Error('a number of more than ten bytes')
}

const readFields = (bytes: Buffer): readonly Field[] => {
  const fields: Field[] = []
  let at = 0
  while (at < bytes.length) {
    const [key, start] = readVarint(bytes, at)
    const [number, wire] = [key >>> 3, key & 7]
    if (wire === 0) {
      const [value, next] = readVarint(bytes, start)
      fields.push({ number, value })
      at = next
      continue
    }
    if (wire !== 2 && wire !== 5) throw new Error(`a field of wire type ${wire}`)
    const [length, first] = wire === 2 ? readVarint(bytes, start) : [4, start]
    if (length < 0 || first + length > bytes.length) throw new Error('a field reaches beyond its message')
    fields.push({ number, value: bytes.subarray(first, first + length) })
    at = first + length
  }
  return fields
}

const partsOf = (fields: readonly Field[], number: number): readonly Buffer[] =>
  fields.flatMap((field) => (field.number === number && typeof field.value !== 'number' ? [field.value] : []))
const textOf = (fields: readonly Field[], number: number): string => partsOf(fields, number)[0]?.toString('utf8') ?? ''

/** Repeated whole numbers stand one a field, or packed into one. */
const wholesOf = (fields: readonly Field[], number: number): readonly number[] =>
  fields.flatMap((field) => {
    if (field.number !== number) return []
    if (typeof field.value === 'number') return [field.value]
    const values: number[] = []
    for (let at = 0; at < field.value.length; ) {
      const [value, next] = readVarint(field.value, at)
      values.push(value)
      at = next
    }
    return values
  })

const elementType = { float: 1, whole64: 7 } as const

/** TensorProto: 1 dims, 2 element type, 8 name, 9 raw bytes, little-endian. */
const readTensor = (bytes: Buffer): { readonly name: string; readonly constant: Constant } => {
  const fields = readFields(bytes)
  const name = textOf(fields, 8)
  const [type] = wholesOf(fields, 2)
  const raw = partsOf(fields, 9)[0] ?? Buffer.alloc(0)
  const shape = wholesOf(fields, 1)
  const count = shape.reduce((product, side) => product * side, 1)
  if (type === elementType.float && raw.length === count * 4) {
    const values = Float32Array.from({ length: count }, (_, i) => raw.readFloatLE(i * 4))
    return { name, constant: { kind: 'floats', shape, values } }
  }
  if (type === elementType.whole64 && raw.length === count * 8) {
    const values = Array.from({ length: count }, (_, i) => Number(raw.readBigInt64LE(i * 8)))
    return { name, constant: { kind: 'wholes', values } }
  }
  throw new Error(`constant ${name}: element type ${type}, ${raw.length} bytes for ${count} values`)
}

/** NodeProto: 1 inputs, 2 outputs, 4 operation, 5 attributes (1 name, 3 whole, 4 text, 5 tensor, 8 wholes). */
const readStep = (bytes: Buffer): { readonly step: Step; readonly constant?: Constant } => {
  const fields = readFields(bytes)
  const wholes: Record<string, readonly number[]> = {}
  const texts: Record<string, string> = {}
  let constant: Constant | undefined
  for (const attribute of partsOf(fields, 5).map(readFields)) {
    const name = textOf(attribute, 1)
    const [tensor] = partsOf(attribute, 5)
    if (tensor !== undefined) constant = readTensor(tensor).constant
    wholes[name] = [...wholesOf(attribute, 3), ...wholesOf(attribute, 8)]
    texts[name] = textOf(attribute, 4)
  }
  const inputs = partsOf(fields, 1).map((name) => name.toString('utf8'))
  const step = { operation: textOf(fields, 4), inputs, output: textOf(fields, 2), wholes, texts }
  return constant === undefined ? { step } : { step, constant }
}

/** ModelProto: 7 the graph; GraphProto: 1 steps, 5 constants. Throws on anything else than such a file. */
export const readOnnxFile = (bytes: Uint8Array): OnnxGraph => {
  const [graph] = partsOf(readFields(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)), 7)
  if (graph === undefined) throw new Error('no graph in the file')
  const fields = readFields(graph)
  const constants = new Map(
    partsOf(fields, 5)
      .map(readTensor)
      .map(({ name, constant }) => [name, constant]),
  )
  const steps: Step[] = []
  for (const { step, constant } of partsOf(fields, 1).map(readStep)) {
    if (constant === undefined) steps.push(step)
    else constants.set(step.output, constant)
  }
  return { steps, constants }
}
