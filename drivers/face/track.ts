// From the faces of one camera's frames to what they mean: who stands in the zone, whose vector is wanted, when frames agree. Pure:
// time is an argument, nothing is read or told. Holds credentials and boxes, never a vector, a score or a picture.
// Called by the face device for every frame.

import type { MonotonicMs } from '../../config/words.ts'
import type { Face } from '../../models/face.ts'
import type { Search } from '../../models/match.ts'

/** A face that is in no frame for so long has left; a time without frames (a slow machine) is no absence. */
const LEAVE_MS = 1000
/** Frames judged together, and how many of them must name the same credential. */
const WINDOW_FRAMES = 3
const AGREEING_FRAMES = 2
/** Between two vectors of a face that was recognised (the next person may have stepped into its place) or that three frames did not
 * recognise (it may turn better to the light). */
const REST_MS = 500
/** Two boxes that share more than this part of their common area are one face that moved. */
const LEAST_OVERLAP = 0.3
/** Faces followed at a time; a detector finds at most as many. */
const TRACK_LIMIT = 16

/** Fractions of the picture; `minFacePixels` of its width. */
export type Zone = {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly minFacePixels: number
}
export type FrameSize = { readonly width: number; readonly height: number }

/** From which score a face is somebody, by how much that must beat anybody else, and from which it may be somebody. */
export type Limits = { readonly threshold: number; readonly margin: number; readonly uncertainFloor: number }

export type Track = {
  face: Face
  /** Of the first frame without it since it was seen last. */
  absentSince: MonotonicMs | undefined
  seenAt: MonotonicMs
  readonly since: MonotonicMs
  /** Of the last frames with a vector, newest last. */
  votes: Vote[]
  embeddedAt?: MonotonicMs
  /** The credential told last, or known to be told already under another box. */
  opened?: string
  saidUncertain: boolean
}
type Vote = { readonly standing: 'match' | 'near' | 'none'; readonly credential?: string }

export type Verdict =
  | { readonly kind: 'none' }
  | { readonly kind: 'reading'; readonly standing: 'certain' | 'uncertain'; readonly credential: string }
/** Somebody left unrecognised: `unknown_face` was looked at, `no_good_frame` stood there and never looked. */
export type Departure = 'unknown_face' | 'no_good_frame'

export type Tracker = {
  /** Follows the faces; gives the one whose vector is wanted. `looks`: good enough and turned to the camera. */
  readonly look: (faces: readonly Face[], frame: FrameSize, looks: (face: Face) => boolean, at: MonotonicMs) => Look
  /** A vector of the wanted track was searched. Says nothing about a track dropped since. */
  readonly judge: (track: Track, search: Search, limits: Limits, at: MonotonicMs) => Verdict
  readonly follows: (track: Track) => boolean
  /** Forgets who stands there; nothing is counted. */
  readonly drop: () => void
  /** No vote for these credentials counts any more. */
  readonly forget: (credentials: ReadonlySet<string>) => void
}
export type Look = { readonly wanted?: Track; readonly departures: readonly Departure[] }

export const isInZone = (face: Face, zone: Zone, frame: FrameSize): boolean => {
  const x = (face.x + face.width / 2) / frame.width
  const y = (face.y + face.height / 2) / frame.height
  const inside = x >= zone.x && x <= zone.x + zone.width && y >= zone.y && y <= zone.y + zone.height
  return inside && face.width >= zone.minFacePixels
}

const overlapOf = (a: Face, b: Face): number => {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  if (width <= 0 || height <= 0) return 0
  const shared = width * height
  return shared / (a.width * a.height + b.width * b.height - shared)
}

export const largestOf = (faces: readonly Face[]): Face | undefined =>
  faces.reduce<Face | undefined>(
    (best, face) => (best === undefined || face.width * face.height > best.width * best.height ? face : best),
    undefined,
  )

const voteOf = ({ best, runnerUp }: Search, limits: Limits): Vote => {
  if (best === undefined || best.score < limits.uncertainFloor) return { standing: 'none' }
  const clear = runnerUp === undefined || best.score - runnerUp.score >= limits.margin
  const standing = best.score >= limits.threshold && clear ? 'match' : 'near'
  return { standing, credential: best.id }
}

/** The credential of the newest vote, when enough of the window agrees with it. */
const certainOf = (votes: readonly Vote[]): string | undefined => {
  const newest = votes.at(-1)
  if (newest?.standing !== 'match') return undefined
  const agreeing = votes.filter(({ standing, credential }) => standing === 'match' && credential === newest.credential)
  return agreeing.length >= AGREEING_FRAMES ? newest.credential : undefined
}

const uncertainOf = (votes: readonly Vote[]): string | undefined => {
  const named = votes[0]?.credential
  return votes.length === WINDOW_FRAMES && votes.every(({ credential }) => credential === named) ? named : undefined
}

const departureOf = ({ votes, opened, saidUncertain, since, seenAt }: Track): Departure | undefined => {
  if (opened !== undefined || saidUncertain) return undefined
  if (votes.length === WINDOW_FRAMES) return 'unknown_face'
  return votes.length === 0 && seenAt - since >= LEAVE_MS ? 'no_good_frame' : undefined
}

const isDue = ({ opened, votes, embeddedAt }: Track, at: MonotonicMs): boolean =>
  embeddedAt === undefined || at - embeddedAt >= REST_MS || (opened === undefined && votes.length < WINDOW_FRAMES)

export const createTracker = (zone: Zone): Tracker => {
  let tracks: Track[] = []

  const follow = (face: Face, free: Set<Track>, at: MonotonicMs): Track | undefined => {
    let nearest: Track | undefined
    for (const track of free) {
      const overlap = overlapOf(track.face, face)
      if (overlap >= LEAST_OVERLAP && (!nearest || overlap > overlapOf(nearest.face, face))) nearest = track
    }
    if (nearest) {
      free.delete(nearest)
      nearest.face = face
      nearest.seenAt = at
      nearest.absentSince = undefined
    } else if (tracks.length < TRACK_LIMIT) {
      nearest = { face, absentSince: undefined, seenAt: at, since: at, votes: [], saidUncertain: false }
      tracks.push(nearest)
    }
    return nearest
  }
  const letGo = (unseen: ReadonlySet<Track>, at: MonotonicMs): Departure[] => {
    const gone: Track[] = []
    for (const track of unseen) {
      track.absentSince ??= at
      if (at - track.absentSince >= LEAVE_MS) gone.push(track)
    }
    tracks = tracks.filter((track) => !gone.includes(track))
    return gone.map(departureOf).filter((departure) => departure !== undefined)
  }
  const answerCertain = (track: Track, credential: string): Verdict => {
    // The same person under a second box (a jump, a lost frame) has not left yet.
    const already = tracks.some(({ opened }) => opened === credential)
    track.opened = credential
    return already ? { kind: 'none' } : { kind: 'reading', standing: 'certain', credential }
  }

  return {
    look: (faces, frame, looks, at) => {
      const inside = faces
        .filter((face) => isInZone(face, zone, frame))
        .sort((a, b) => b.width * b.height - a.width * a.height)
      const free = new Set(tracks)
      const [largest] = inside.map((face) => follow(face, free, at))
      const departures = letGo(free, at)
      return largest !== undefined && isDue(largest, at) && looks(largest.face)
        ? { wanted: largest, departures }
        : { departures }
    },
    judge: (track, search, limits, at) => {
      if (!tracks.includes(track)) return { kind: 'none' }
      track.embeddedAt = at
      track.votes = [...track.votes, voteOf(search, limits)].slice(-WINDOW_FRAMES)
      const certain = certainOf(track.votes)
      if (certain !== undefined) return answerCertain(track, certain)
      const uncertain = track.saidUncertain || track.opened !== undefined ? undefined : uncertainOf(track.votes)
      if (uncertain === undefined) return { kind: 'none' }
      track.saidUncertain = true
      return { kind: 'reading', standing: 'uncertain', credential: uncertain }
    },
    follows: (track) => tracks.includes(track),
    drop: () => {
      tracks = []
    },
    forget: (credentials) => {
      for (const track of tracks) {
        track.votes = track.votes.filter(({ credential }) => credential === undefined || !credentials.has(credential))
      }
    },
  }
}
