// Lines from inside the machine to the host, written through at once: what was said before the power failed was heard. Used by
// storm.ts and its watcher, read by storm.test.ts.

import { writeSync } from 'node:fs'
import type { Trace } from './audit.ts'

export const TRACE_MARK = '@trace '
/** One disruption of the storm, by its kind. */
export const BLOW_MARK = '@blow '
/** Every blow of this boot was struck: the power may fail now. */
export const ENOUGH = '@enough'

export const sayLine = (line: string): void => void writeSync(1, `${line}\n`)
export const say = (trace: Trace): void => sayLine(`${TRACE_MARK}${JSON.stringify(trace)}`)
