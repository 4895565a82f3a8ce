// A card in the container's reader: put in when told so on the input (`UID` in hex), taken away after HOLD_MS. Says `ready`, then one line
// a tap with the instant. Started in the container's network by units.test.ts.

import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { systemClock } from '../../config/words.ts'
import { playCard } from '../drivers/virtual-card.ts'

/** pcscd looks at this reader every 400 ms. */
const HOLD_MS = 700

const [port] = process.argv.slice(2)
const say = (line: string) => process.stdout.write(`${line}\n`)
createInterface({ input: process.stdin }).on('line', (uid) => {
  const socket = connect(Number(port), '127.0.0.1', () => {
    playCard(socket, uid, {})
    say(`${systemClock.monotonic()}`)
    setTimeout(() => socket.destroy(), HOLD_MS)
  })
  socket.once('error', (error: NodeJS.ErrnoException) => say(`no card: ${error.code}`))
})
say('ready')
