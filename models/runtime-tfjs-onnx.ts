// Computes an ONNX network on TensorFlow.js, step by step, for machines on which onnxruntime does not run. Knows the operations of
// the recommended pack and refuses any other by name when the file is opened. Reads no file. Called by runtime.ts.

import type * as Core from '@tensorflow/tfjs-core'
import type { Network } from './network.ts'
import { type Constant, type OnnxGraph, readOnnxFile, type Step } from './onnx-file.ts'
import { startTfjs, type TfjsBackend, takeOut } from './runtime-tfjs.ts'

/** Pictures lie channels last, as the backend computes them, though the file speaks of channels first. */
type Value =
  | { readonly kind: 'picture'; readonly tensor: Core.Tensor4D }
  | { readonly kind: 'plain'; readonly tensor: Core.Tensor }
  | { readonly kind: 'wholes'; readonly values: readonly number[] }

type Room = {
  readonly tf: typeof Core
  readonly step: Step
  /** The value of an input by its place; throws when the file does not give it. */
  readonly value: (place: number) => Value
}

const refuse = ({ operation, output }: Step, why: string): never => {
  throw new Error(`${operation} for ${output}: ${why}`)
}

const pictureAt = ({ value, step }: Room, place: number): Core.Tensor4D => {
  const given = value(place)
  return given.kind === 'picture' ? given.tensor : refuse(step, `input ${place} is no picture`)
}

const plainAt = (room: Room, place: number): Core.Tensor => {
  const given = room.value(place)
  if (given.kind === 'wholes') return refuse(room.step, `input ${place} is no tensor`)
  return given.kind === 'plain' ? given.tensor : room.tf.transpose(given.tensor, [0, 3, 1, 2])
}

const wholesAt = ({ value, step }: Room, place: number): readonly number[] => {
  const given = value(place)
  return given.kind === 'wholes' ? given.values : refuse(step, `input ${place} is no list of whole numbers`)
}

const floatAt = (room: Room, place: number): number => {
  if (room.step.inputs[place] === undefined) return place === 1 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return plainAt(room, place).dataSync()[0] ?? Number.NaN
}

const allSame = (step: Step, name: string, preset: number): number => {
  const values = step.wholes[name] ?? []
  const [first = preset] = values
  return values.every((value) => value === first) ? first : refuse(step, `${name} ${values.join(',')}`)
}

/** The file's weights are (out, in, height, width); the backend wants (height, width, in, out), or (…, out, 1) where each channel
 * stands alone. Turned once, when the file is opened. */
const weightAxes = (step: Step): number[] => (allSame(step, 'group', 1) === 1 ? [2, 3, 1, 0] : [2, 3, 0, 1])

const convolve = (room: Room): Value => {
  const { tf, step } = room
  const [x, filter] = [pictureAt(room, 0), plainAt(room, 1) as Core.Tensor4D]
  const group = allSame(step, 'group', 1)
  const bias = step.inputs[2] === undefined ? {} : { bias: plainAt(room, 2) }
  const wish = { x, filter, pad: allSame(step, 'pads', 0), strides: allSame(step, 'strides', 1), ...bias }
  if (allSame(step, 'dilations', 1) !== 1) return refuse(step, 'dilated')
  if (group === 1) return { kind: 'picture', tensor: tf.fused.conv2d(wish) }
  const isAlone = group === x.shape[3] && group === filter.shape[2] && filter.shape[3] === 1
  return isAlone ? { kind: 'picture', tensor: tf.fused.depthwiseConv2d(wish) } : refuse(step, `${group} groups`)
}

const pool = (room: Room): Value => {
  const { tf, step } = room
  if (allSame(step, 'pads', 0) !== 0 || allSame(step, 'ceil_mode', 0) !== 0) return refuse(step, 'padded')
  const [side, stride] = [allSame(step, 'kernel_shape', 1), allSame(step, 'strides', 1)]
  return { kind: 'picture', tensor: tf.maxPool(pictureAt(room, 0), side, stride, 'valid') }
}

/** Only whole multiples of the nearest pixel, which all runtimes read alike. */
const enlarge = (room: Room): Value => {
  const { tf, step } = room
  const x = pictureAt(room, 0)
  const [batch, channels, height, width] = plainAt(room, 2).dataSync()
  const isNearest = step.texts['mode'] === 'nearest' && step.texts['coordinate_transformation_mode'] === 'asymmetric'
  const isWhole = Number.isInteger(height) && height === width && batch === 1 && channels === 1
  if (!isNearest || !isWhole || height === undefined) return refuse(step, 'not by whole pixels')
  const size: [number, number] = [x.shape[1] * height, x.shape[2] * height]
  return { kind: 'picture', tensor: tf.image.resizeNearestNeighbor(x, size) }
}

const elementwise =
  (compute: (room: Room, x: Core.Tensor) => Core.Tensor) =>
  (room: Room): Value => {
    const given = room.value(0)
    if (given.kind === 'picture') return { kind: 'picture', tensor: compute(room, given.tensor) as Core.Tensor4D }
    return { kind: 'plain', tensor: compute(room, plainAt(room, 0)) }
  }

/** Channels last is how pictures lie: that one transposition has happened already. */
const turn = (room: Room): Value => {
  const axes = (room.step.wholes['perm'] ?? []).join(',')
  return axes === '0,2,3,1' ? { kind: 'plain', tensor: pictureAt(room, 0) } : refuse(room.step, `axes ${axes}`)
}

const shapeOf = (room: Room): Value => {
  const [batch, height, width, channels] = pictureAt(room, 0).shape
  return { kind: 'wholes', values: [batch, channels, height, width] }
}

const operations: Readonly<Record<string, (room: Room) => Value>> = {
  Conv: convolve,
  MaxPool: pool,
  Resize: enlarge,
  Transpose: turn,
  Shape: shapeOf,
  Relu: elementwise(({ tf }, x) => tf.relu(x)),
  Sigmoid: elementwise(({ tf }, x) => tf.sigmoid(x)),
  Clip: elementwise((room, x) => room.tf.clipByValue(x, floatAt(room, 1), floatAt(room, 2))),
  Add: (room) => ({ kind: 'picture', tensor: room.tf.add(pictureAt(room, 0), pictureAt(room, 1)) }),
  Reshape: (room) => ({ kind: 'plain', tensor: room.tf.reshape(plainAt(room, 0), [...wholesAt(room, 1)]) }),
  // Of lists of whole numbers only: how a file spells "as many as came in".
  Unsqueeze: (room) => ({ kind: 'wholes', values: wholesAt(room, 0) }),
  Gather: (room) => {
    const from = wholesAt(room, 0)
    return { kind: 'wholes', values: wholesAt(room, 1).map((i) => from[i] ?? refuse(room.step, `no place ${i}`)) }
  },
  Concat: (room) => ({ kind: 'wholes', values: room.step.inputs.flatMap((_, place) => wholesAt(room, place)) }),
}

const keepConstants = (tf: typeof Core, { steps, constants }: OnnxGraph): ReadonlyMap<string, Value> => {
  const convolutions = new Map(
    steps.filter(({ operation }) => operation === 'Conv').map((step) => [step.inputs[1], step]),
  )
  const keep = (name: string, constant: Constant): Value => {
    if (constant.kind === 'wholes') return constant
    const step = convolutions.get(name)
    const tensor = tf.tensor(constant.values, [...constant.shape])
    return { kind: 'plain', tensor: tf.keep(step ? tf.transpose(tensor, weightAxes(step)) : tensor) }
  }
  return tf.tidy(() => new Map([...constants].map(([name, constant]) => [name, keep(name, constant)])) as never)
}

const runSteps = (tf: typeof Core, { steps }: OnnxGraph, values: Map<string, Value>): void => {
  for (const step of steps) {
    const value = (place: number): Value =>
      values.get(step.inputs[place] ?? '') ?? refuse(step, `input ${place} is missing`)
    values.set(step.output, (operations[step.operation] ?? refuse(step, 'unknown here'))({ tf, step, value }))
  }
}

/** Throws when the bytes are no network of known operations. */
export const openOnnxOnTfjs = async (
  model: Uint8Array,
  outputs: readonly string[],
  backend: TfjsBackend,
): Promise<Network> => {
  const graph = readOnnxFile(model)
  for (const step of graph.steps) if (operations[step.operation] === undefined) refuse(step, 'unknown here')
  const tf = await startTfjs(backend)
  const constants = keepConstants(tf, graph)
  const compute = (inputs: Parameters<Network['run']>[0]): Core.Tensor[] => {
    const values = new Map(constants)
    for (const [name, { values: pixels, shape }] of Object.entries(inputs)) {
      const tensor = tf.transpose(tf.tensor4d(pixels, [...shape] as [number, number, number, number]), [0, 2, 3, 1])
      values.set(name, { kind: 'picture', tensor })
    }
    runSteps(tf, graph, values)
    return outputs.map((name) => {
      const value = values.get(name)
      if (value?.kind !== 'plain') throw new Error(`the file gives no output ${name}`)
      return value.tensor
    })
  }
  return {
    run: async (inputs) => {
      const tensors = tf.tidy(() => compute(inputs))
      try {
        const arrays = await Promise.all(tensors.map((tensor) => tensor.data<'float32'>()))
        return Object.fromEntries(arrays.map((values, i) => [outputs[i], takeOut(values)]))
      } finally {
        tf.dispose(tensors)
      }
    },
    close: async () => {
      for (const value of constants.values()) if (value.kind !== 'wholes') value.tensor.dispose()
    },
  }
}
