// `pass issue`: asks the gate for a pass and shows it; with --out it is a page to print or a picture to send, in a new file that only its
// owner reads. Called by main.

import { extname } from 'node:path'
import { failed } from '../../config/words.ts'
import { toPng } from '../../drivers/camera/picture-out.ts'
import { drawQr } from '../../drivers/pass/draw.ts'
import { writePassPage } from '../report/pass-page.ts'
import { askGate, type Context, openContext, printAnswer, printFailure } from './context.ts'
import type { CommandLine } from './parse.ts'
import { layDown } from './print-page.ts'
import { type IssuedAnswer, showIssued } from './show-passes.ts'

const HOUR_MS = 3_600_000
const kinds = ['.html', '.svg', '.png'] as const
type Kind = (typeof kinds)[number]

const kindOf = (file: string): Kind | undefined => kinds.find((kind) => kind === extname(file).toLowerCase())

type Drawn = { readonly kind: Kind; readonly isLarge: boolean }

const draw = async (
  { kind, isLarge }: Drawn,
  answer: IssuedAnswer,
  { language, config }: Context,
): Promise<string | Buffer> => {
  const { gate, number, code, pass } = answer
  const qr = answer.qr === undefined ? undefined : await drawQr(answer.qr)
  if (kind !== '.html') {
    if (qr === undefined) throw new Error('the office issues every pass with its QR')
    return kind === '.svg' ? qr : toPng(qr)
  }
  const printed = {
    ...{
      gate,
      number,
      code,
      notBefore: pass.notBefore,
      expiresAt: pass.expiresAt,
      uses: pass.usesLeft,
      side: pass.side,
    },
    weekdays: pass.days?.weekdays ?? [],
    dates: pass.days?.dates ?? [],
    validForHours: pass.validForMs === null ? null : pass.validForMs / HOUR_MS,
    ...(qr === undefined ? {} : { qr }),
  }
  // A file that cannot be read leaves the zone unknown; the page says which one it is in.
  return writePassPage(printed, config?.timeZone ?? 'UTC', language, isLarge ? 'large' : 'page')
}

/** Whoever can read it has the pass. */
const OWNER_ONLY = 0o600

export const issueVisitorPass = async ({ args, common }: CommandLine): Promise<number> => {
  const context = openContext(common)
  const { out, as, ...wished } = args
  const kind = typeof out === 'string' ? kindOf(out) : undefined
  // Before a pass is issued that nobody could then see.
  if (typeof out === 'string' && kind === undefined) return printFailure(context, failed('pass_picture_kind', out))
  const asked = await askGate(context, 'pass issue', wished, () => undefined)
  if (!asked.ok) return printFailure(context, asked)
  const answer = asked.value as IssuedAnswer
  const show = () => showIssued(answer, context.language)
  if (typeof out !== 'string' || kind === undefined) return printAnswer(context, answer, show)
  const refused = layDown(out, await draw({ kind, isLarge: as === 'large' }, answer, context), OWNER_ONLY)
  // It is issued all the same: its code is shown, and why there is no file.
  const exit = printAnswer(context, refused ? answer : { ...answer, out }, show)
  return refused ? printFailure(context, refused) : exit
}
