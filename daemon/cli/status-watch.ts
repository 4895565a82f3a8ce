// `status --watch`: the gate as it is, drawn anew by whatever happens there, until somebody ends it or the gate stops. Without a
// terminal each state is printed as text, with --json as one object a line. Called by ask.ts.

import { silenceLog } from '../../drivers/log.ts'
import { askGate, type Context, pick, printFailure } from './context.ts'
import { awaitLeave, openScreen } from './screen.ts'
import { showInstant } from './show-event.ts'
import { showStatus } from './show-status.ts'

type Shown = { readonly show: (status: unknown) => void; readonly left: Promise<void>; readonly close: () => void }

const showOnScreen = ({ language }: Context): Shown => {
  silenceLog()
  const screen = openScreen()
  const end = pick(language, 'Ctrl-C ends', 'Ctrl-C 结束')
  return {
    show: (status) => {
      const head = `evengate status  ${showInstant(Date.now())}  ${end}`
      screen.draw([head, '', ...showStatus(status, language).split('\n')])
    },
    left: screen.left,
    close: screen.close,
  }
}

const showInLines = ({ json, language }: Context): Shown => ({
  show: (status) =>
    void process.stdout.write(`${json ? JSON.stringify(status) : `${showStatus(status, language)}\n`}\n`),
  left: awaitLeave(),
  close: () => undefined,
})

export const watchStatus = async (context: Context): Promise<number> => {
  const shown = !context.json && process.stdout.isTTY ? showOnScreen(context) : showInLines(context)
  const asked = askGate(context, 'status', { watch: true }, (told) => {
    if (typeof told === 'object' && told !== null && 'status' in told) shown.show(told.status)
  })
  const ended = await Promise.race([asked, shown.left])
  shown.close()
  // The connection is still open when somebody has left: nothing waits for it.
  if (!ended || ended.ok) process.exit(0)
  return printFailure(context, ended)
}
