// Opens a pack and gives the three verbs of a face model: detect, embed, close. Opens only files that pass their checksum,
// proves at open that the networks answer, keeps no picture and no vector. Called by the face process and by `models`.

import { blazefaceOutputs, createBlazeface } from './detect-blazeface.ts'
import { createYunet, yunetOutputs } from './detect-yunet.ts'
import { createEmbedder, type Embedder } from './embed.ts'
import type { Detector, Face } from './face.ts'
import type { Network } from './network.ts'
import { type FoundPack, findPack, modelIdOf, type Pack, type PackName, pipelineOf, readModelFile } from './packs.ts'
import type { Picture } from './picture.ts'
import { done, failed, type Result } from './result.ts'
import { chooseRuntime, openNetwork, type Runtime, type RuntimeChoice, threadsFor } from './runtime.ts'
import { createSecondLook, type SecondLook } from './second-look.ts'
import { testModel } from './self-test.ts'
import { chooseThreshold, type EnrolmentLimits, type Threshold } from './thresholds.ts'

export type FaceModel = {
  readonly pack: PackName
  /** Goes into every consent: another id makes them stale. */
  readonly modelId: string
  /** Of the settings of detecting, aligning and embedding; printed beside every figure that depends on them. */
  readonly pipeline: string
  /** True: too weak to open a real door on a face alone. */
  readonly assistsOnly: boolean
  /** What computes it, and what would be faster but does not run on this machine. */
  readonly runtime: RuntimeChoice
  readonly dimension: number
  readonly enrolment: EnrolmentLimits
  readonly thresholdFor: (templates: number, targetFpir: number) => Threshold
  /** Best first. The picture must have passed assertPicture. One call of detect or embed at a time; a second one throws. */
  readonly detect: (picture: Picture) => Promise<readonly Face[]>
  /** A vector of length 1 that belongs to the caller, who wipes it. */
  readonly embed: (picture: Picture, face: Face) => Promise<Float32Array>
  /** Nothing of the last vector is left in the runtime's own memory. Takes as long as one more vector. */
  readonly rinse: () => Promise<void>
  readonly close: () => Promise<void>
}

export type OpenFailure = 'model_file_missing' | 'model_file_mismatching' | 'runtime_unavailable' | 'self_test_failed'
export type OpenOptions = {
  readonly pack: PackName | 'auto'
  readonly modelsDirectory: string
  /** Threads per network on onnxruntime; absent: chosen for the cores present. TensorFlow.js on WebAssembly has one. */
  readonly threads?: number
  /** Absent: the best one that runs on this machine. */
  readonly runtime?: Runtime
}

type Stage = Pack['detector'] | Pack['embedder']

const readStage = async (
  { pack, folder }: FoundPack,
  stage: Stage,
): Promise<Result<readonly Uint8Array[], OpenFailure>> => {
  const contents: Uint8Array[] = []
  for (const name of stage.files) {
    const file = pack.files.find((each) => each.name === name)
    if (file === undefined) throw new Error(`the manifest does not list ${name}`)
    const content = await readModelFile(folder, file)
    if (!content.ok) return content
    contents.push(content.value)
  }
  return done(contents)
}

type Networks = { readonly detector: Network; readonly embedder: Network }

const openNetworks = async (
  found: FoundPack,
  runtime: Runtime,
  threads: number,
): Promise<Result<Networks, OpenFailure>> => {
  const { format, detector, embedder } = found.pack
  const detectorFiles = await readStage(found, detector)
  if (!detectorFiles.ok) return detectorFiles
  const embedderFiles = await readStage(found, embedder)
  if (!embedderFiles.ok) return embedderFiles
  try {
    const detectorOutputs = detector.kind === 'yunet' ? yunetOutputs : blazefaceOutputs
    const [asked, asks] = [{ format, runtime, threads }, [embedder.output]]
    const detectorNetwork = await openNetwork({ ...asked, contents: detectorFiles.value, outputs: detectorOutputs })
    const embedderNetwork = await openNetwork({ ...asked, contents: embedderFiles.value, outputs: asks })
    return done({ detector: detectorNetwork, embedder: embedderNetwork })
  } catch (error) {
    return failed('runtime_unavailable', error instanceof Error ? error.message : String(error))
  }
}

const buildDetector = ({ detector }: Pack, network: Network): Detector =>
  detector.kind === 'yunet'
    ? createYunet(network, detector.longestSide, detector.leastScore)
    : createBlazeface(network, detector.leastScore)

/** A detector of another kind looks once. */
const buildSecondLook = ({ detector }: Pack, network: Network): SecondLook =>
  detector.kind === 'yunet' && detector.secondLookSide !== undefined
    ? createSecondLook(network, detector.secondLookSide)
    : { refine: async (_picture, face) => face }

const buildEmbedder = ({ embedder }: Pack, network: Network, secondLook: SecondLook): Embedder => {
  const { side, planar, order, input, output, dimension, mean, deviation, range } = embedder
  const multiply = deviation.map((each) => 1 / (each * range)) as [number, number, number]
  const add = mean.map((each, i) => -each / (deviation[i] ?? 1)) as [number, number, number]
  const aligned = createEmbedder(network, { side, input, output, dimension, pixels: { planar, order, multiply, add } })
  return { ...aligned, embed: async (picture, face) => aligned.embed(picture, await secondLook.refine(picture, face)) }
}

/** Two calls at once would draw into the same canvas: one person's face under another's name. So that throws. */
const createTurn = (): (<T>(work: () => Promise<T>) => Promise<T>) => {
  let busy = false
  return async (work) => {
    if (busy) throw new Error('a face model looks at one picture at a time')
    busy = true
    try {
      return await work()
    } finally {
      busy = false
    }
  }
}

export const openFaceModel = async (options: OpenOptions): Promise<Result<FaceModel, OpenFailure>> => {
  const found = await findPack(options.pack, options.modelsDirectory)
  if (!found.ok) return found
  const { pack } = found.value
  const choice = options.runtime
    ? { runtime: options.runtime, failed: [] }
    : await chooseRuntime(pack.format, [pack.name, options.modelsDirectory])
  const networks = await openNetworks(found.value, choice.runtime, options.threads ?? threadsFor())
  if (!networks.ok) return networks
  const detector = buildDetector(pack, networks.value.detector)
  const embedder = buildEmbedder(pack, networks.value.embedder, buildSecondLook(pack, networks.value.detector))
  const close = async (): Promise<void> => {
    await networks.value.detector.close()
    await networks.value.embedder.close()
  }
  const tested = await testModel({ pack, detector, embedder, network: networks.value.embedder })
  if (!tested.ok) {
    await close()
    return tested
  }
  const takeTurn = createTurn()
  return done({
    pack: pack.name,
    modelId: modelIdOf(pack),
    pipeline: pipelineOf(pack),
    assistsOnly: pack.assistsOnly,
    runtime: choice,
    dimension: pack.embedder.dimension,
    enrolment: pack.thresholds.enrolment,
    thresholdFor: (templates, targetFpir) => chooseThreshold({ pack, templates, targetFpir }),
    detect: (picture) => takeTurn(() => detector.detect(picture)),
    embed: (picture, face) => takeTurn(() => embedder.embed(picture, face)),
    rinse: () => takeTurn(embedder.rinse),
    close,
  })
}
