// Turns a drawing into a picture that every phone shows. Encodes with sharp, loaded at the first picture; writes no file. Called by
// `pass issue`.

/** Large enough for a phone's whole width and for a printer. */
const SIDE_PIXELS = 1024

export const toPng = async (svg: string): Promise<Buffer> => {
  const { default: sharp } = await import('sharp')
  return sharp(Buffer.from(svg), { density: 300 })
    .resize(SIDE_PIXELS, SIDE_PIXELS, { kernel: 'nearest' })
    .png()
    .toBuffer()
}
