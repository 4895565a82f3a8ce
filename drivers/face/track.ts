// From the faces of one camera's frames to what they mean: who stands in the zone, whose vector is wanted, when frames agree. Pure:
// time is an argument, nothing is read or told. Holds credentials and boxes, never a vector, a score or a picture.
// Called by the face device for every frame.

import type { MonotonicMs } from '../../config/words.ts'
import type { Face } from '../../models/face.ts'
import type { Search } from '../../models/match.ts'

/** A face that is in no frame for so long has left; a time without frames (a slow machine) is no absence. */
const LEAVE_MS = 1000
/** Frames judged together, and how many of them must name the same credential. */
const WINDOW_VOTES = 3
const AGREEING_VOTES = 2
/** Votes farther apart may be two people's. */
const VOTE_AGE_MS = 1000
/** One look: so many vectors, frame by frame. Each look is another chance for a stranger to be taken for somebody, so the face
 * rests after each, longer every time, and after the last until it has left, or has moved (it may be somebody else's then). */
const LOOK_VECTORS = 3
const MOST_LOOKS = 4
const FIRST_REST_MS = 500
/** Two boxes that share more than this part of their common area may be one face that moved. */
const LEAST_OVERLAP = 0.3
/** From one frame to the next, what shares less than this or grew by more is a jump: perhaps another person. */
const STEADY_OVERLAP = 0.5
const STEADY_GROWTH = 1.3
/** Faces followed at a time; a detector finds at most as many. Also: people let in by another way who may still stand there. */
const TRACK_LIMIT = 16
/** People recognised one after the other in the same box; who was before that has gone in long ago. */
const OPENED_LIMIT = 4

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
  /** Since when it could have been looked at and did not look. */
  turnedSince: MonotonicMs | undefined
  votes: readonly Vote[]
  /** Vectors wanted of it so far; the last of them. */
  vectors: number
  last?: { readonly face: Face; readonly at: MonotonicMs }
  /** The credentials it was recognised as, newest last: whom it does not let in again. */
  opened: readonly string[]
  /** Told or excused already: not counted when it leaves. */
  counted: boolean
}
/** Without a credential: somebody known, perhaps, but not certain whom. */
type Vote = { readonly at: MonotonicMs; readonly credential?: string }

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
  /** The vector of the wanted track was searched. Says nothing when the track was interrupted since. */
  readonly judge: (track: Track, search: Search, limits: Limits, at: MonotonicMs) => Verdict
  readonly follows: (track: object) => boolean
  /** The largest face of the newest frame. */
  readonly first: () => Track | undefined
  /** Another way is used, or the path is paused: no vote and no vector on its way counts. Who stands there is followed on, is not
   * counted, and whoever was let in has still to leave before he is let in again. */
  readonly interrupt: () => void
  /** These were let in by another way, or enrolled just now: no reading until, after `until`, everybody has left the zone. */
  readonly letIn: (credentials: readonly string[], until: MonotonicMs) => void
  /** No vote for these credentials counts any more. */
  readonly forget: (credentials: ReadonlySet<string>) => void
}

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

/** Two boxes of which the second can be the first a frame later, with nobody else in it. */
export const isSteady = (a: Face, b: Face): boolean =>
  overlapOf(a, b) >= STEADY_OVERLAP && Math.max(a.width / b.width, b.width / a.width) <= STEADY_GROWTH

const areaOf = ({ width, height }: Face): number => width * height

/** `undefined`: nobody known. */
const voteOf = ({ best, runnerUp }: Search, limits: Limits, at: MonotonicMs): Vote | undefined => {
  if (best === undefined || best.score < limits.uncertainFloor) return undefined
  const clear = runnerUp === undefined || best.score - runnerUp.score >= limits.margin
  return best.score >= limits.threshold && clear ? { at, credential: best.id } : { at }
}

/** The votes that may be counted together with a new one. Votes that contradict each other are of two people. */
const addVote = (votes: readonly Vote[], vote: Vote): readonly Vote[] => {
  const last = votes.at(-1)
  const outdated = last === undefined || vote.at - last.at > VOTE_AGE_MS
  const contradicted =
    vote.credential !== undefined &&
    votes.some(({ credential }) => credential !== undefined && credential !== vote.credential)
  return outdated || contradicted ? [vote] : [...votes, vote].slice(-WINDOW_VOTES)
}

/** The credential of the newest vote, when enough fresh votes agree with it. */
const certainOf = (votes: readonly Vote[]): string | undefined => {
  const newest = votes.at(-1)
  if (newest?.credential === undefined) return undefined
  const agreeing = votes.filter(
    ({ credential, at }) => credential === newest.credential && newest.at - at <= VOTE_AGE_MS,
  )
  return agreeing.length >= AGREEING_VOTES ? newest.credential : undefined
}

const departureOf = ({ opened, counted, vectors, turnedSince, seenAt }: Track): Departure | undefined => {
  if (counted || opened.length > 0) return undefined
  if (vectors >= LOOK_VECTORS) return 'unknown_face'
  const turned = vectors === 0 && turnedSince !== undefined && seenAt - turnedSince >= LEAVE_MS
  return turned ? 'no_good_frame' : undefined
}

const isDue = ({ vectors, last, face }: Track, at: MonotonicMs): boolean => {
  if (last === undefined || vectors % LOOK_VECTORS !== 0) return true
  const looks = vectors / LOOK_VECTORS
  if (at - last.at < FIRST_REST_MS * 2 ** (looks - 1)) return false
  return looks < MOST_LOOKS || !isSteady(last.face, face)
}

const countVector = (track: Track, at: MonotonicMs): void => {
  const more = track.vectors === LOOK_VECTORS * MOST_LOOKS ? 1 - LOOK_VECTORS : 1
  track.vectors += more
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
  if (track.absentSince !== undefined || !isSteady(track.face, face)) track.votes = []
  track.absentSince = undefined
  track.face = face
  track.seenAt = at
}

/** Those let in by another way, until the zone has been empty for long enough. */
const createGuests = () => {
  const inside = new Set<string>()
  let until = 0
  let emptySince: MonotonicMs | undefined
  return {
    has: (credential: string): boolean => inside.has(credential),
    add: (credentials: readonly string[], notBefore: MonotonicMs): void => {
      for (const credential of credentials) inside.add(credential)
      for (const oldest of [...inside].slice(0, -TRACK_LIMIT)) inside.delete(oldest)
      until = Math.max(until, notBefore)
      emptySince = undefined
    },
    see: (faces: number, at: MonotonicMs): void => {
      emptySince = faces > 0 ? undefined : (emptySince ?? at)
      if (emptySince !== undefined && at - emptySince >= LEAVE_MS && at >= until) inside.clear()
    },
  }
}

/** The tracks of one camera, and which face of a frame goes on with which. */
const createTracks = () => {
  let tracks: Track[] = []
  const begin = (face: Face, at: MonotonicMs): Track | undefined => {
    if (tracks.length >= TRACK_LIMIT) return undefined
    const never = { absentSince: undefined, turnedSince: undefined }
    const track: Track = { face, seenAt: at, ...never, votes: [], vectors: 0, opened: [], counted: false }
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
      return at - track.absentSince >= LEAVE_MS
    })
    tracks = tracks.filter((track) => !gone.includes(track))
    return gone.map(departureOf).filter((departure) => departure !== undefined)
  }
  const interrupt = (): void => {
    // Others in their place: a vector on its way belongs to nobody.
    tracks = tracks.map((track) => ({ ...track, votes: [], turnedSince: undefined, counted: true }))
  }
  return { all: (): readonly Track[] => tracks, assign, letGo, interrupt }
}

export const createTracker = (zone: Zone): Tracker => {
  const guests = createGuests()
  const tracks = createTracks()
  /** The largest face of the newest frame. */
  let largest: Track | undefined

  const answerCertain = (track: Track, credential: string): Verdict => {
    const already = guests.has(credential) || tracks.all().some(({ opened }) => opened.includes(credential))
    track.opened = [...track.opened.filter((each) => each !== credential), credential].slice(-OPENED_LIMIT)
    if (already) return { kind: 'none' }
    // The next person may stand behind him: whoever steps into this place has the looks that the first one had.
    track.vectors = LOOK_VECTORS
    return { kind: 'reading', credential }
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
        countVector(largest, at)
        return largest
      }
      largest.turnedSince ??= at
      return undefined
    },
    judge: (track, search, limits, at) => {
      if (!tracks.all().includes(track)) return { kind: 'none' }
      const vote = voteOf(search, limits, at)
      track.votes = vote ? addVote(track.votes, vote) : []
      const certain = certainOf(track.votes)
      if (certain !== undefined) return answerCertain(track, certain)
      if (track.counted || track.opened.length > 0 || track.votes.length < WINDOW_VOTES) return { kind: 'none' }
      track.counted = true
      return { kind: 'uncertain' }
    },
    follows: (track) => tracks.all().some((each) => each === track),
    first: () => largest,
    interrupt: () => {
      tracks.interrupt()
      largest = undefined
    },
    letIn: guests.add,
    forget: (credentials) => {
      for (const track of tracks.all()) {
        track.votes = track.votes.filter(({ credential }) => credential === undefined || !credentials.has(credential))
      }
    },
  }
}
