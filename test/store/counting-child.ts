// A gate's record in a process of its own, for the test that kills it: counts wrong codes, uses of passes and the messages of
// tags at random for ever, and prints what was acknowledged. Arguments: folder, key in hex, seed, then the credentials; those that begin with
// c_pass are used, and c_x=N is a tag whose last message was the Nth.

import { hide, systemClock } from '../../config/words.ts'
import { startLedger } from '../../daemon/store/ledger.ts'

const [directory = '', key = '', seed = '1', ...credentials] = process.argv.slice(2)
const tags = new Map(
  credentials.flatMap((one) => {
    const [id = '', counter] = one.split('=')
    return counter === undefined ? [] : [[id, Number(counter)] as const]
  }),
)
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
  const [id = ''] = (credentials[place] ?? '').split('=')
  const counter = tags.get(id)
  if (counter !== undefined) tags.set(id, counter + 1)
  const effects =
    counter !== undefined
      ? { cardCounters: [{ id, counter: counter + 1 }] }
      : id.startsWith('c_pass')
        ? { use: [id] }
        : { wrongCode: [id] }
  const recorded = await started.value.record({ kind: 'attempt', payload: { outcome: 'deny' } }, effects)
  // What is only in memory is acknowledged to nobody who counts on it after a kill.
  if ('seq' in recorded) process.stdout.write(counter === undefined ? `${id}\n` : `${id}=${counter + 1}\n`)
}
