// Opens the networks for liveness where a technician has installed them, and installs them from a folder. A gate without them goes on
// with the other cues; a file that does not match is never opened. Called by the face process, `models` and the bench.

import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { installIncoming, openIncoming } from './install.ts'
import { createSurfaceJudge, type JudgeSurface, type LivenessNetwork } from './liveness-net.ts'
import { livenessFiles, readModelFile } from './packs.ts'
import { done, failed, type Result } from './result.ts'
import { openNetwork, type Runtime, threadsFor } from './runtime.ts'

export type Surface = { readonly judge: JudgeSurface; readonly close: () => Promise<void> }
export type SurfaceFailure = 'model_file_missing' | 'model_file_mismatching' | 'runtime_unavailable'

const readFiles = async (folder: string): Promise<Result<readonly Buffer<ArrayBuffer>[], SurfaceFailure>> => {
  const contents: Buffer<ArrayBuffer>[] = []
  for (const file of livenessFiles.files) {
    const content = await readModelFile(folder, file)
    if (!content.ok) return content
    contents.push(content.value)
  }
  return done(contents)
}

/** `runtime`: the one that was proved to run the pack beside them; these networks use nothing that it does not. */
export const openSurface = async (
  folder: string,
  runtime: Runtime,
  threads: number = threadsFor(),
): Promise<Result<Surface, SurfaceFailure>> => {
  const contents = await readFiles(folder)
  if (!contents.ok) return contents
  const { files, input, output } = livenessFiles
  const networks: LivenessNetwork[] = []
  const close = async (): Promise<void> => {
    for (const { network } of networks) await network.close()
  }
  try {
    for (const [i, content] of contents.value.entries()) {
      const opening = { format: 'onnx', runtime, contents: [content], outputs: [output], threads } as const
      networks.push({ network: await openNetwork(opening), scale: files[i]?.scale ?? 1, input, output })
    }
  } catch (error) {
    await close()
    return failed('runtime_unavailable', error instanceof Error ? error.message : String(error))
  }
  return done({ judge: createSurfaceJudge(networks), close })
}

export type SurfaceState = 'installed' | SurfaceFailure

export const inspectSurface = async (folder: string): Promise<SurfaceState> => {
  const contents = await readFiles(folder)
  return contents.ok ? 'installed' : contents.code
}

/** All files or none. Throws on a disk error of the target. */
export const addSurface = async (folder: string, modelsDirectory: string): Promise<Result<true, SurfaceFailure>> => {
  const contents = await readFiles(folder)
  if (!contents.ok) return contents
  const gathered = await openIncoming(modelsDirectory)
  try {
    for (const [i, { name }] of livenessFiles.files.entries()) {
      const handle = await open(join(gathered, name), 'w')
      await handle.writeFile(contents.value[i] ?? '').finally(() => handle.close())
    }
    return await installIncoming(gathered, livenessFiles.files, modelsDirectory)
  } finally {
    await rm(gathered, { recursive: true, force: true })
  }
}
