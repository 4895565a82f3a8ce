// Whether the door is seen to be closed, as its own part says: where no contact says so, and while the part is away, it is not. Decides
// nothing. Fed and read by daemon.ts.

import type { FromPart } from '../drivers/protocol.ts'

export type DoorContact = {
  readonly hear: (message: FromPart) => void
  /** The door part is gone. */
  readonly lose: () => void
  readonly isClosed: () => boolean
}

export const createDoorContact = (): DoorContact => {
  let closed = false
  return {
    hear: (message) => {
      if (message.type === 'door_stands') closed = message.contact === 'closed'
      if (message.type === 'door' && (message.what === 'opened' || message.what === 'closed'))
        closed = message.what === 'closed'
    },
    lose: () => {
      closed = false
    },
    isClosed: () => closed,
  }
}
