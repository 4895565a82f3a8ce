// `models evaluate --attacks FOLDER`: how many attacks the passive cues of liveness let through, by species, and how many living faces
// they turn away. One subfolder a species and `live`; a file in it is a presentation, a folder in it the frames of one. No running
// gate is needed; writes nothing. Called by main.

import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { done, failed, type Result } from '../../config/words.ts'
import { readPictureFile } from '../../drivers/camera/picture-file.ts'
import { type AttackReport, LIVING, type Presentation, type Rate, reportAttacks } from '../../models/attacks.ts'
import type { Face } from '../../models/face.ts'
import { type FaceModel, openFaceModel } from '../../models/face-model.ts'
import { type Cues, lookAtCues, meanCues } from '../../models/liveness.ts'
import { judgeMotion, noMotion, watchMotion } from '../../models/liveness-motion.ts'
import type { JudgeSurface } from '../../models/liveness-net.ts'
import { openSurface } from '../../models/liveness-set.ts'
import { livenessFiles, type PackName, packs } from '../../models/packs.ts'
import { assertPicture } from '../../models/picture.ts'
import { type Context, openContext, pick, printAnswer, printFailure } from './context.ts'
import { modelsFolderOf } from './models-install.ts'
import type { CommandLine } from './parse.ts'

/** As large as a gate's camera shows it: what is larger would be judged by details that no gate sees. */
const LONGEST_PIXELS = 1280
/** With fewer of a species, none accepted proves no more than an APCER of one in a hundred. */
const ENOUGH_PRESENTATIONS = 300
const isPictureName = (name: string): boolean => /\.(jpe?g|png|webp)$/i.test(name)

const picturesIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter(isPictureName)
    .sort()
    .map((name) => join(folder, name))

/** The files of each presentation of a species. */
const presentationsIn = (folder: string): readonly (readonly string[])[] => [
  ...picturesIn(folder).map((file) => [file]),
  ...readdirSync(folder)
    .filter((name) => statSync(join(folder, name)).isDirectory())
    .sort()
    .map((name) => picturesIn(join(folder, name)))
    .filter((files) => files.length > 0),
]

type Found = { readonly species: string; readonly files: readonly string[] }

const findPresentations = (folder: string): Result<readonly Found[]> => {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return failed('attacks_missing', folder)
  const species = readdirSync(folder).filter((name) => statSync(join(folder, name)).isDirectory())
  const found = species
    .sort()
    .flatMap((name) => presentationsIn(join(folder, name)).map((files) => ({ species: name, files })))
  const has = (isIt: (name: string) => boolean): boolean => found.some((one) => isIt(one.species))
  return has((name) => name === LIVING) && has((name) => name !== LIVING)
    ? done(found)
    : failed('attacks_missing', folder)
}

type Eyes = { readonly model: FaceModel; readonly judgeSurface?: JudgeSurface }

/** The face that stands nearest: attacks are held up to the camera. */
const nearestOf = (faces: readonly Face[]): Face | undefined => faces.toSorted((a, b) => b.width - a.width)[0]

const watchPresentation = async (
  { model, judgeSurface }: Eyes,
  files: readonly string[],
): Promise<Cues | undefined> => {
  const seen: Cues[] = []
  let motion = noMotion
  for (const file of files) {
    const picture = await readPictureFile(file, LONGEST_PIXELS)
    if (!picture.ok || !assertPicture(picture.value).ok) continue
    const face = nearestOf(await model.detect(picture.value))
    if (!face) continue
    motion = watchMotion(motion, face.points)
    seen.push(await lookAtCues(picture.value, face, judgeSurface))
  }
  const flat = judgeMotion(motion)
  return seen.length === 0 ? undefined : { ...meanCues(seen), ...(flat === undefined ? {} : { motion: flat }) }
}

const percent = (value: number): string => `${(value * 100).toFixed(1)} %`

const showRate = (what: string, { rate, low, high, presentations, no_face }: Rate, context: Context): string => {
  const { language } = context
  if (rate === null)
    return pick(language, `${what}: no face in ${presentations}`, `${what}：${presentations} 次均未检出人脸`)
  const bounds = `${percent(rate)} (${percent(low)} – ${percent(high)})`
  const missing = no_face === 0 ? '' : pick(language, `, no face in ${no_face}`, `，${no_face} 次未检出人脸`)
  return `${what}: ${bounds}, n = ${presentations - no_face}${missing}`
}

const unmeasuredLine = ({ language }: Context): string =>
  pick(
    language,
    `unmeasured against real attacks: nobody has. Under ${ENOUGH_PRESENTATIONS} presentations of a species none accepted proves nothing below 1 %.`,
    `未针对真实攻击测量。每类少于 ${ENOUGH_PRESENTATIONS} 次时，即使全部拒绝也不能证明低于 1 %。`,
  )

const showReport = ({ bpcer, apcer, by_cue }: AttackReport, measured: boolean, context: Context): string => {
  const { language } = context
  const rows = (judged: Pick<AttackReport, 'bpcer' | 'apcer'>): readonly string[] => [
    showRate(pick(language, 'living faces refused (BPCER)', '真人被拒（BPCER）'), judged.bpcer, context),
    ...Object.entries(judged.apcer).map(([name, rate]) =>
      showRate(pick(language, `accepted of ${name} (APCER)`, `${name} 被接受（APCER）`), rate, context),
    ),
  ]
  const alone = Object.entries(by_cue).flatMap(([name, judged]) => [
    `${name}:`,
    ...rows(judged).map((row) => `    ${row}`),
  ])
  return [...(measured ? [] : [unmeasuredLine(context)]), ...rows({ bpcer, apcer }), ...alone].join('\n')
}

const packOf = (name: unknown): PackName | 'auto' => packs.find((pack) => pack.name === name)?.name ?? 'auto'

export const evaluateAttacks = async ({ args, common }: CommandLine): Promise<number> => {
  const context = openContext(common)
  const modelsFolder = modelsFolderOf(context)
  if (!modelsFolder.ok) return printFailure(context, modelsFolder)
  const folder = resolve(String(args['attacks']))
  const found = findPresentations(folder)
  if (!found.ok) return printFailure(context, found)
  const model = await openFaceModel({ pack: packOf(args['pack']), modelsDirectory: modelsFolder.value })
  if (!model.ok) return printFailure(context, model)
  const surface = await openSurface(modelsFolder.value, model.value.runtime.runtime)
  const eyes = { model: model.value, ...(surface.ok ? { judgeSurface: surface.value.judge } : {}) }
  const presentations: Presentation[] = []
  for (const { species, files } of found.value) {
    const cues = await watchPresentation(eyes, files)
    presentations.push(cues ? { species, cues } : { species })
  }
  if (surface.ok) await surface.value.close()
  await model.value.close()
  const report = reportAttacks(presentations)
  const measured = livenessFiles.measured !== null
  const about = { pack: model.value.pack, networks: surface.ok, measured_against_real_attacks: measured }
  return printAnswer(context, { attacks: folder, ...about, ...report }, () => showReport(report, measured, context))
}
