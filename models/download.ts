// Fetches one file of known length into one place, over connections that break, stall or lie: goes on where it was, counts every
// byte, follows no way out of https. Proves no checksum and installs nothing. Called by pull.ts.

import { type FileHandle, open, rm } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { done, type Failure, failed, type Result } from './result.ts'

/** Milliseconds; attempts are those in a row that brought no byte; redirects of one attempt. */
export type DownloadLimits = {
  readonly answerMs: number
  readonly stallMs: number
  readonly wholeMs: number
  readonly attempts: number
  readonly pauseMs: number
  readonly redirects: number
}

/** 39 MB through a 4G modem take minutes, not an hour. */
export const downloadLimits: DownloadLimits = Object.freeze({
  answerMs: 20_000,
  stallMs: 20_000,
  wholeMs: 3_600_000,
  attempts: 5,
  pauseMs: 1000,
  redirects: 5,
})

export type DownloadFailure =
  | 'url_refused'
  | 'upstream_refused'
  | 'upstream_failing'
  | 'upstream_slow'
  | 'model_file_mismatching'
  | 'models_folder_full'
  | 'models_not_writable'

export type Download = {
  readonly url: string
  readonly bytes: number
  /** Created when absent; what it holds is taken for the beginning of the file. */
  readonly into: string
  readonly limits: DownloadLimits
  readonly onProgress: (receivedBytes: number) => void
}

/** `again`: what is worth another attempt, and why. */
type Outcome = Result<'whole' | { readonly again: string }, DownloadFailure>
const again = (why: string): Outcome => done({ again: why })

const isLoopback = ({ hostname }: URL): boolean => ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)

/** https, or plain http that never leaves this machine. A redirect must not leave what the first address promised. */
export const allowUrl = (text: string, from?: URL): URL | undefined => {
  const url = URL.parse(text, from?.href)
  if (url === null || url.username !== '' || url.password !== '') return undefined
  if (url.protocol === 'https:') return url
  const mayBePlain = from === undefined || from.protocol === 'http:'
  return url.protocol === 'http:' && isLoopback(url) && mayBePlain ? url : undefined
}

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status)
/** Worth another attempt; everything else between 400 and 499 stays as it is. */
const isPassing = (status: number): boolean => status >= 500 || status === 408 || status === 429

/** A stop for a connection that says nothing for so long, besides the stop for the whole. */
const createStop = (whole: AbortSignal) => {
  const quiet = new AbortController()
  let timer: NodeJS.Timeout | undefined
  return {
    signal: AbortSignal.any([whole, quiet.signal]),
    within: (limitMs: number) => {
      clearTimeout(timer)
      timer = setTimeout(() => quiet.abort(), limitMs)
    },
    end: () => clearTimeout(timer),
  }
}
type Stop = ReturnType<typeof createStop>

const ask = async (download: Download, have: number, stop: Stop): Promise<Result<Response, DownloadFailure>> => {
  const { limits } = download
  let url = allowUrl(download.url)
  for (let redirects = 0; url !== undefined && redirects <= limits.redirects; redirects++) {
    stop.within(limits.answerMs)
    // Compressed, lengths and ranges would be another file's.
    const headers = { 'accept-encoding': 'identity', ...(have > 0 ? { range: `bytes=${have}-` } : {}) }
    const response = await fetch(url, { headers, redirect: 'manual', signal: stop.signal })
    if (!isRedirect(response.status)) return done(response)
    await response.body?.cancel()
    url = allowUrl(response.headers.get('location') ?? '', url)
  }
  return failed('url_refused')
}

/** Where the answer's bytes belong: behind those at hand, or at the beginning. Absent: nowhere. */
const placeOf = (response: Response, have: number, bytes: number): number | undefined => {
  if (response.status === 200) return 0
  const [, from, to, whole] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '') ?? []
  const fits = Number(from) === have && Number(to) === bytes - 1 && (whole === '*' || Number(whole) === bytes)
  return fits ? have : undefined
}

/** The length of the file that the answer speaks of, where it says so. */
const hasLength = ({ headers }: Response, wanted: number): boolean => {
  const length = headers.get('content-length')
  return length === null || Number(length) === wanted
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : error instanceof Error ? error.name : 'unknown'

const failToWrite = (error: unknown): Failure<DownloadFailure> => {
  const code = codeOf(error)
  return failed(['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code) ? 'models_folder_full' : 'models_not_writable', code)
}

type Part = { readonly handle: FileHandle; have: number }

const empty = async (part: Part): Promise<void> => {
  await part.handle.truncate(0)
  part.have = 0
}

const takeBody = async (response: Response, part: Part, download: Download, stop: Stop): Promise<Outcome> => {
  const { bytes, limits, onProgress } = download
  for await (const chunk of response.body ?? []) {
    stop.within(limits.stallMs)
    if (part.have + chunk.length > bytes) return failed('model_file_mismatching', `more than ${bytes} bytes`)
    try {
      await part.handle.write(chunk, 0, chunk.length, part.have)
    } catch (error) {
      return failToWrite(error)
    }
    part.have += chunk.length
    onProgress(part.have)
  }
  return part.have === bytes ? done('whole') : again('cut')
}

const attempt = async (download: Download, part: Part, stop: Stop): Promise<Outcome> => {
  const asked = await ask(download, part.have, stop)
  if (!asked.ok) return asked
  const response = asked.value
  const { status } = response
  const refuse = async (outcome: Outcome): Promise<Outcome> => {
    await response.body?.cancel()
    return outcome
  }
  if (status === 416) await empty(part)
  if (status !== 200 && status !== 206)
    return refuse(status === 416 || isPassing(status) ? again(`${status}`) : failed('upstream_refused', `${status}`))
  const place = placeOf(response, part.have, download.bytes)
  if (place === undefined || place === 0) await empty(part)
  if (place === undefined) return refuse(again('another range'))
  if (!hasLength(response, download.bytes - place))
    return refuse(failed('model_file_mismatching', `not ${download.bytes} bytes`))
  return takeBody(response, part, download, stop)
}

/** What went wrong on the way is tried again; what the disk or the other side says for good is not. */
const attemptSafely = async (download: Download, part: Part, whole: AbortSignal): Promise<Outcome> => {
  const stop = createStop(whole)
  try {
    return await attempt(download, part, stop)
  } catch (error) {
    if (whole.aborted) return failed('upstream_slow')
    // fetch wraps what the connection said.
    return again(stop.signal.aborted ? 'silent' : codeOf(error instanceof Error ? (error.cause ?? error) : error))
  } finally {
    stop.end()
  }
}

const fill = async (download: Download, part: Part): Promise<Result<true, DownloadFailure>> => {
  const { bytes, limits } = download
  const whole = AbortSignal.timeout(limits.wholeMs)
  if (part.have > bytes) await empty(part)
  for (let fruitless = 0; part.have < bytes; ) {
    const before = part.have
    const outcome = await attemptSafely(download, part, whole)
    if (!outcome.ok) return outcome
    if (outcome.value === 'whole') break
    fruitless = part.have > before ? 0 : fruitless + 1
    if (fruitless === limits.attempts) return failed('upstream_failing', outcome.value.again)
    await pause(limits.pauseMs)
  }
  await part.handle.sync()
  return done(true)
}

/** The file has its length when this is done, and is on the disk; whether its bytes are right is for the caller to prove. What was
 * received stays for another time, except where it cannot be the beginning of the file. */
export const downloadFile = async (download: Download): Promise<Result<true, DownloadFailure>> => {
  let handle: FileHandle
  try {
    handle = await open(download.into, 'a+').then(async (created) => {
      await created.close()
      return open(download.into, 'r+')
    })
  } catch (error) {
    return failToWrite(error)
  }
  try {
    const part: Part = { handle, have: (await handle.stat()).size }
    const filled = await fill(download, part)
    if (!filled.ok && ['model_file_mismatching', 'models_folder_full'].includes(filled.code)) await empty(part)
    if (part.have === 0) await rm(download.into, { force: true })
    return filled
  } finally {
    await handle.close()
  }
}
