// A gate's record in a process of its own, for the test that kills it: counts wrong codes and uses of passes at random for ever, and prints
// what was acknowledged. Arguments: folder, key in hex, seed, then the credentials; those that begin with c_pass are used.

import { hide, systemClock } from '../../config/words.ts'
import { startLedger } from '../../daemon/store/ledger.ts'

const [directory = '', key = '', seed = '1', ...credentials] = process.argv.slice(2)
const started = await startLedger({
  file: `${directory}/store/store.db`,
  key: hide(Buffer.from(key, 'hex')),
  create: false,
  clock: systemClock,
  clockSet: () => true,
  boot: 'child',
  journalFile: `${directory}/run/journal-count`,
  onAlarm: () => undefined,
})
if (!started.ok) throw new Error(started.code)
process.stdout.write('opened\n')
let state = Number(seed)
for (;;) {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  // Some far more often than others, so that some are locked out soon and some never.
  const place = Math.floor((state / 2 ** 32) ** 3 * credentials.length)
  const id = credentials[place] ?? ''
  const effects = id.startsWith('c_pass') ? { use: [id] } : { wrongCode: [id] }
  const recorded = await started.value.record({ kind: 'attempt', payload: { outcome: 'deny' } }, effects)
  // What is only in memory is acknowledged to nobody who counts on it after a kill.
  if ('seq' in recorded) process.stdout.write(`${id}\n`)
}
