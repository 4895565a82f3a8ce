// Writes small ONNX files for tests, so that both runtimes can be given the same network without a model from anywhere.

export type Tensor = { readonly shape: readonly number[]; readonly values: Float32Array | readonly bigint[] }
export type Node = {
  readonly operation: string
  readonly inputs: readonly string[]
  readonly output: string
  readonly attributes?: Readonly<Record<string, number | readonly number[] | string | Tensor>>
}
export type Graph = {
  readonly nodes: readonly Node[]
  readonly constants: Readonly<Record<string, Tensor>>
  readonly input: { readonly name: string; readonly shape: readonly number[] }
  readonly outputs: readonly string[]
}

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))]
const whole = (field: number, value: number): Buffer => Buffer.from([...varint(field * 8), ...varint(value)])
const bytes = (field: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(content.length)]), content])
const text = (field: number, content: string): Buffer => bytes(field, Buffer.from(content))

const tensor = (name: string, { shape, values }: Tensor): Buffer => {
  const isFloat = values instanceof Float32Array
  const raw = isFloat ? Buffer.from(values.slice().buffer) : Buffer.from(BigInt64Array.from(values).buffer)
  return Buffer.concat([
    ...shape.map((side) => whole(1, side)),
    whole(2, isFloat ? 1 : 7),
    text(8, name),
    bytes(9, raw),
  ])
}

/** The attribute's own type stands in field 20: 2 whole, 3 text, 4 tensor, 7 wholes. */
const attribute = (name: string, value: number | readonly number[] | string | Tensor): Buffer => {
  const content = ((): Buffer[] => {
    if (typeof value === 'number') return [whole(3, value), whole(20, 2)]
    if (typeof value === 'string') return [text(4, value), whole(20, 3)]
    if ('values' in value && 'shape' in value) return [bytes(5, tensor('', value)), whole(20, 4)]
    return [...value.map((each) => whole(8, each)), whole(20, 7)]
  })()
  return Buffer.concat([text(1, name), ...content])
}

const node = ({ operation, inputs, output, attributes = {} }: Node): Buffer =>
  Buffer.concat([
    ...inputs.map((name) => text(1, name)),
    text(2, output),
    text(4, operation),
    ...Object.entries(attributes).map(([name, value]) => bytes(5, attribute(name, value))),
  ])

const named = (name: string, shape?: readonly number[]): Buffer => {
  const sides = bytes(2, Buffer.concat((shape ?? []).map((side) => bytes(1, whole(1, side)))))
  return Buffer.concat([text(1, name), bytes(2, bytes(1, shape ? Buffer.concat([whole(1, 1), sides]) : whole(1, 1)))])
}

export const writeOnnx = ({ nodes, constants, input, outputs }: Graph): Buffer => {
  const graph = Buffer.concat([
    ...nodes.map((each) => bytes(1, node(each))),
    text(2, 'test'),
    ...Object.entries(constants).map(([name, each]) => bytes(5, tensor(name, each))),
    bytes(11, named(input.name, input.shape)),
    ...outputs.map((name) => bytes(12, named(name))),
  ])
  return Buffer.concat([whole(1, 7), bytes(7, graph), bytes(8, whole(2, 11))])
}
