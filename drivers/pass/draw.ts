// Draws the QR of a visitor's pass, as a picture that scales and stays sharp on paper and on a phone. Knows no pass and no gate, writes no
// file. The encoder is compiled code that lies in its package: nothing is fetched. Called by `pass issue`.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** Light modules on every side; the standard asks for four. */
const QUIET_MODULES = 4

const readCode = (): ArrayBuffer => {
  const file = createRequire(import.meta.url).resolve('zxing-wasm/writer/zxing_writer.wasm')
  return Uint8Array.from(readFileSync(file)).buffer
}

/** One path of dark squares on white, a unit a module. Errors in three of twenty modules are mended: a fold, a thumb. */
export const drawQr = async (text: string): Promise<string> => {
  const { prepareZXingModule, writeBarcode } = await import('zxing-wasm/writer')
  prepareZXingModule({ overrides: { wasmBinary: readCode() } })
  const { error, symbol } = await writeBarcode(text, { format: 'QRCode', options: 'ecLevel=M' })
  if (error !== '') throw new Error('a text of ours is a QR')
  const { width, height, data } = symbol
  const dark = Array.from({ length: width * height }, (_, n) => n)
    .filter((n) => data[n] === 0)
    .map((n) => `M${(n % width) + QUIET_MODULES} ${Math.floor(n / width) + QUIET_MODULES}h1v1h-1z`)
  const side = `${width + 2 * QUIET_MODULES} ${height + 2 * QUIET_MODULES}`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${side.replace(' ', 'v')}H0z"/><path d="${dark.join('')}"/></svg>`
}
