// From the faces of one camera's frames to what they mean: who stands in the zone, whose vector is wanted, when it is somebody. Pure:
// time is an argument, nothing is read or told. Of vectors it holds the few of one decision (frames.ts), never a score or a picture.
// Called by the face device for every frame.

import type { MonotonicMs } from '../../config/words.ts'
import type { Face } from '../../models/face.ts'
import type { Search } from '../../models/match.ts'
import { areaOf, type FrameSize, isInZone, isSteady, isStill, overlapOf, type Zone } from './boxes.ts'
import { createFrames, type Frames, type Sample } from './frames.ts'
import { createGuests } from './guests.ts'

/** A face that is in no frame for so long has left; a time without frames (a slow machine) is no absence. */
const LEAVE_MS = 1000
/** One look: the frames that decide together, and where they leave a doubt, so many more, of which the best then decide. Each look is
 * another chance for a stranger to be taken for somebody, so the face rests after each, longer every time, and after the last until it
 * has left, or has moved (it may be somebody else's then). Whoever walks about there for ten minutes is looked at sixteen times, not
 * every four seconds: the threshold counts on few looks a stranger. */
const MORE_FRAMES = 2
const MOST_LOOKS = 4
const FIRST_REST_MS = 500
const MOST_REST_MS = 60_000
/** Two boxes that share more than this part of their common area may be one face that moved. */
const LEAST_OVERLAP = 0.3
/** Faces followed at a time; a detector finds at most as many. Also: people let in by another way who may still stand there. */
const TRACK_LIMIT = 16
/** People recognised one after the other in the same box; who was before that has gone in long ago. */
const OPENED_LIMIT = 4

/** From which score a face is somebody, by how much that must beat anybody else, and from which it may be somebody. */
export type Limits = { readonly threshold: number; readonly margin: number; readonly uncertainFloor: number }

export type Track = {
  face: Face
  /** It is where it was a frame ago: somebody stands there. */
  still: boolean
  /** Of the first frame without it since it was seen last. */
  absentSince: MonotonicMs | undefined
  seenAt: MonotonicMs
  /** Since when it could have been looked at and did not look. */
  turnedSince: MonotonicMs | undefined
  /** The first usable frame of whoever stands there and is not answered yet, and of whoever was answered last. */
  waitsFrom: MonotonicMs | undefined
  waitedFrom: MonotonicMs | undefined
  /** The look under way, and how many vectors were wanted for it. */
  readonly frames: Frames
  vectors: number
  /** Looks that are over, and where the face was at the end of the last. */
  looks: number
  last?: { readonly face: Face; readonly at: MonotonicMs }
  /** The credentials it was recognised as, newest last: whom it does not let in again. */
  opened: readonly string[]
  /** Told or excused already: not counted when it leaves. */
  counted: boolean
}

/** `uncertain` names nobody: it may be a stranger. */
export type Verdict =
  | { readonly kind: 'none' | 'uncertain' }
  | { readonly kind: 'reading'; readonly credential: string }
/** Somebody left unrecognised: `unknown_face` was looked at, `no_good_frame` stood there and never looked. */
export type Departure = 'unknown_face' | 'no_good_frame'

export type Tracker = {
  /** The faces of a new frame. */
  readonly follow: (faces: readonly Face[], frame: FrameSize, at: MonotonicMs) => readonly Departure[]
  /** The one face of that frame whose vector is wanted. `looks`: good enough and turned to the camera. */
  readonly want: (looks: (face: Face) => boolean, at: MonotonicMs) => Track | undefined
  /** The vector of the wanted track. Gives what to search when there is enough, for the caller to wipe; nothing when the track was
   * interrupted since. */
  readonly take: (track: Track, sample: Sample, leastSelfScore: number) => Float32Array | undefined
  /** What `take` gave was searched. */
  readonly judge: (track: Track, search: Search, limits: Limits, at: MonotonicMs) => Verdict
  readonly follows: (track: object) => boolean
  /** The largest face of the newest frame. */
  readonly first: () => Track | undefined
  /** Somebody is in the zone, or was a moment ago. */
  readonly isBusy: () => boolean
  /** Whoever stands in front was let in, told or excused already. */
  readonly isAnswered: () => boolean
  /** Another way is used, or the path is paused: no frame and no vector on its way counts. Who stands there is followed on, is not
   * counted, and whoever was let in has still to leave before he is let in again. */
  readonly interrupt: () => void
  /** These were let in by another way, or enrolled just now: no reading until, after `until`, everybody has left the zone. */
  readonly letIn: (credentials: readonly string[], until: MonotonicMs) => void
  /** Whose faces open only with their card have shown it: they ask, whatever they were answered before. */
  readonly readmit: (credentials: readonly string[]) => void
  /** What was taken of somebody and is too old for a decision goes, also while no frame comes. */
  readonly age: (at: MonotonicMs) => void
  /** Somebody's templates are gone: what was taken of whoever stands there goes too. */
  readonly forget: () => void
}

type Meaning = { readonly kind: 'nobody' | 'doubt' } | { readonly kind: 'somebody'; readonly credential: string }

const meaningOf = ({ best, runnerUp }: Search, limits: Limits): Meaning => {
  if (best === undefined || best.score < limits.uncertainFloor) return { kind: 'nobody' }
  const clear = runnerUp === undefined || best.score - runnerUp.score >= limits.margin
  return best.score >= limits.threshold && clear ? { kind: 'somebody', credential: best.id } : { kind: 'doubt' }
}

const departureOf = ({ opened, counted, looks, vectors, turnedSince, seenAt }: Track): Departure | undefined => {
  if (counted || opened.length > 0) return undefined
  if (looks > 0) return 'unknown_face'
  const turned = vectors === 0 && turnedSince !== undefined && seenAt - turnedSince >= LEAVE_MS
  return turned ? 'no_good_frame' : undefined
}

const isDue = ({ vectors, looks, last, face, still }: Track, at: MonotonicMs): boolean => {
  if (!still) return false
  if (last === undefined || vectors > 0) return true
  if (at - last.at < Math.min(MOST_REST_MS, FIRST_REST_MS * 2 ** (looks - 1))) return false
  return looks < MOST_LOOKS || !isSteady(last.face, face)
}

const endLook = (track: Track, at: MonotonicMs): void => {
  track.frames.wipe()
  track.vectors = 0
  track.looks += 1
  track.last = { face: track.face, at }
}

const nearestOf = (face: Face, free: ReadonlySet<Track>): Track | undefined => {
  let nearest: Track | undefined
  let best = LEAST_OVERLAP
  for (const track of free) {
    const overlap = overlapOf(track.face, face)
    if (overlap >= best) [nearest, best] = [track, overlap]
  }
  return nearest
}

const moveTrack = (track: Track, face: Face, at: MonotonicMs): void => {
  track.still = track.absentSince === undefined && isStill(track.face, face, at - track.seenAt)
  const steady = isSteady(track.face, face)
  if (track.absentSince !== undefined || !steady) track.frames.wipe()
  // It may be somebody else's.
  if (!steady) track.waitsFrom = undefined
  track.absentSince = undefined
  track.face = face
  track.seenAt = at
}

/** The tracks of one camera, and which face of a frame goes on with which. */
const createTracks = (frameCount: number) => {
  let tracks: Track[] = []
  const begin = (face: Face, at: MonotonicMs): Track | undefined => {
    if (tracks.length >= TRACK_LIMIT) return undefined
    const never = { absentSince: undefined, turnedSince: undefined, waitsFrom: undefined, waitedFrom: undefined }
    const unseen = { still: false, vectors: 0, looks: 0, opened: [], counted: false }
    const track: Track = { face, seenAt: at, ...never, ...unseen, frames: createFrames(frameCount) }
    tracks.push(track)
    return track
  }
  /** A face that is nowhere near the others goes on with the track of one that is not seen: it jumped, or somebody steps into its
   * place. Otherwise a quick move would be a way to be looked at anew, or to be let in twice. */
  const assign = (inside: readonly Face[], free: Set<Track>, at: MonotonicMs): (Track | undefined)[] => {
    const near = inside.map((face) => {
      const track = nearestOf(face, free)
      if (track) free.delete(track)
      return { face, track }
    })
    return near.map(({ face, track }) => {
      const [unseen] = free
      const taken = track ?? unseen
      if (taken === undefined) return begin(face, at)
      free.delete(taken)
      moveTrack(taken, face, at)
      return taken
    })
  }
  const letGo = (unseen: ReadonlySet<Track>, at: MonotonicMs): Departure[] => {
    const gone = [...unseen].filter((track) => {
      track.absentSince ??= at
      // Not seen for a frame, somebody else may stand there next.
      track.frames.wipe()
      return at - track.absentSince >= LEAVE_MS
    })
    tracks = tracks.filter((track) => !gone.includes(track))
    return gone.map(departureOf).filter((departure) => departure !== undefined)
  }
  const wipe = (): void => {
    for (const { frames } of tracks) frames.wipe()
  }
  const interrupt = (): void => {
    // Others in their place: a vector on its way belongs to nobody.
    wipe()
    tracks = tracks.map((track) => ({ ...track, turnedSince: undefined, waitsFrom: undefined, counted: true }))
  }
  const lookAnew = (credentials: readonly string[]): void => {
    for (const track of tracks) {
      track.opened = track.opened.filter((each) => !credentials.includes(each))
      track.looks = 0
      delete track.last
    }
  }
  return { all: (): readonly Track[] => tracks, assign, letGo, wipe, interrupt, lookAnew }
}

const readmitTo =
  (guests: ReturnType<typeof createGuests>, tracks: ReturnType<typeof createTracks>) =>
  (credentials: readonly string[]): void => {
    guests.remove(credentials)
    tracks.lookAnew(credentials)
  }

/** `frameCount`: how many good frames decide together. */
export const createTracker = (zone: Zone, frameCount: number): Tracker => {
  const guests = createGuests({ limit: TRACK_LIMIT, leaveMs: LEAVE_MS })
  const tracks = createTracks(frameCount)
  /** The largest face of the newest frame. */
  let largest: Track | undefined
  const follows = (track: object): boolean => tracks.all().some((each) => each === track)

  const answerCertain = (track: Track, credential: string, at: MonotonicMs): Verdict => {
    const already = guests.has(credential) || tracks.all().some(({ opened }) => opened.includes(credential))
    track.opened = [...track.opened.filter((each) => each !== credential), credential].slice(-OPENED_LIMIT)
    track.waitedFrom = track.waitsFrom
    track.waitsFrom = undefined
    // The next person may stand behind him: whoever steps into this place has the looks that the first one had.
    if (!already) track.looks = 0
    endLook(track, at)
    return already ? { kind: 'none' } : { kind: 'reading', credential }
  }
  const answerDoubt = (track: Track, at: MonotonicMs): Verdict => {
    if (track.vectors < frameCount + MORE_FRAMES) return { kind: 'none' }
    endLook(track, at)
    if (track.counted || track.opened.length > 0) return { kind: 'none' }
    track.counted = true
    return { kind: 'uncertain' }
  }

  return {
    follow: (faces, frame, at) => {
      const inside = faces.filter((face) => isInZone(face, zone, frame)).sort((a, b) => areaOf(b) - areaOf(a))
      const free = new Set(tracks.all())
      const here = tracks.assign(inside, free, at)
      largest = here[0]
      guests.see(inside.length, at)
      return tracks.letGo(free, at)
    },
    want: (looks, at) => {
      if (largest === undefined || !isDue(largest, at)) return undefined
      if (looks(largest.face)) {
        largest.vectors += 1
        largest.waitsFrom ??= at
        return largest
      }
      largest.turnedSince ??= at
      return undefined
    },
    take: (track, sample, leastSelfScore) => {
      if (!follows(track)) return undefined
      track.frames.add(sample, leastSelfScore)
      const mean = track.frames.mean()
      if (mean === undefined && track.vectors >= frameCount + MORE_FRAMES) endLook(track, sample.at)
      return mean
    },
    judge: (track, search, limits, at) => {
      if (!follows(track)) return { kind: 'none' }
      const meaning = meaningOf(search, limits)
      if (meaning.kind === 'somebody') return answerCertain(track, meaning.credential, at)
      if (meaning.kind === 'doubt') return answerDoubt(track, at)
      endLook(track, at)
      return { kind: 'none' }
    },
    follows,
    first: () => largest,
    isBusy: () => tracks.all().length > 0,
    isAnswered: () => guests.any() || (largest !== undefined && (largest.counted || largest.opened.length > 0)),
    interrupt: () => {
      tracks.interrupt()
      largest = undefined
    },
    letIn: guests.add,
    readmit: readmitTo(guests, tracks),
    age: (at) => {
      for (const { frames } of tracks.all()) frames.age(at)
    },
    forget: tracks.wipe,
  }
}
