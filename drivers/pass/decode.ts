// Reads the text of a QR out of one grey picture. The decoder is compiled code that lies in its package: nothing is fetched. Runs in a
// thread of the face process, beside the faces and below them; started by reader.ts alone, and ended by it as soon as nobody holds
// anything before the camera: what is left of a picture in the decoder's memory goes with the thread.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parentPort } from 'node:worker_threads'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'

export type GreyPicture = { readonly width: number; readonly height: number; readonly luma: Uint8Array }

const port = parentPort
if (port === null) throw new Error('the decoder runs in a thread of its own')

const code = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'))
await prepareZXingModule({ overrides: { wasmBinary: Uint8Array.from(code).buffer }, fireImmediately: true })

/** As the decoder wants it: four bytes a pixel. */
const widen = ({ width, height, luma }: GreyPicture) => {
  const rgba = new Uint8ClampedArray(width * height * 4)
  for (let n = 0; n < luma.length; n++) rgba.fill(luma[n] ?? 0, n * 4, n * 4 + 4)
  return { width, height, data: rgba }
}

const read = async (picture: GreyPicture): Promise<string | undefined> => {
  const image = widen(picture)
  try {
    const [found] = await readBarcodes(image, { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 1 })
    return found?.isValid ? found.text : undefined
  } finally {
    image.data.fill(0)
    picture.luma.fill(0)
  }
}

port.on('message', async (picture: GreyPicture) => port.postMessage({ text: await read(picture) }))
