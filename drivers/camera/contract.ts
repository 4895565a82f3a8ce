// What every camera promises: the newest frame, one at a time, and whether it is there. No frame is queued, kept or written.
// Implemented by ffmpeg.ts and folder.ts; called by the face part.

import type { MonotonicMs } from '../../config/words.ts'
import type { Picture } from '../../models/picture.ts'

/** `because`: a code of the protocol. */
export type CameraState = { readonly state: 'up' } | { readonly state: 'down'; readonly because: string }

/** The picture is lent until the promise settles: its bytes are then overwritten. Meanwhile no other frame comes, and when it has
 * settled the newest one does; those between are dropped. `at`: when the last byte of the frame was here. */
export type OnFrame = (picture: Picture, at: MonotonicMs) => Promise<void>

export type Camera = {
  /** Returns at once; a camera that is absent starts `down` and comes up by itself. */
  readonly start: (onFrame: OnFrame) => void
  /** Overwrites what is left of the last frames. */
  readonly stop: () => Promise<void>
  readonly state: () => CameraState
}

/** Every camera gives frames of one size, at most this often. */
export type FrameShape = { readonly width: number; readonly height: number; readonly framesPerSecond: number }
