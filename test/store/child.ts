// A daemon's store in a process of its own, for the tests that kill it. Arguments: command, folder, key in hex.
// `hold` opens the store and stays; `write` records events for ever and prints each acknowledged number.

import { hide, systemClock } from '../../config/words.ts'
import { startLedger } from '../../daemon/store/ledger.ts'

const [command, directory, key] = process.argv.slice(2)
const started = await startLedger({
  file: `${directory}/store/store.db`,
  key: hide(Buffer.from(key ?? '', 'hex')),
  create: true,
  clock: systemClock,
  clockSet: () => true,
  boot: 'child',
  journalFile: `${directory}/run/journal-count`,
  onAlarm: ({ code }) => process.stdout.write(`alarm ${code}\n`),
})
process.stdout.write(`${started.ok ? 'opened' : started.code}\n`)
if (!started.ok) process.exit(1)
const ledger = started.value
if (command === 'hold') setInterval(() => undefined, 1000)
for (let number = 1; command === 'write'; number += 1) {
  const recorded = await ledger.record({ kind: 'decision', payload: { number } })
  process.stdout.write(`${recorded.flag ?? recorded.seq} ${number}\n`)
}
