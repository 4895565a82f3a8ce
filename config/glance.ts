// What a command needs to find a gate that runs, from a file that the gate itself would by now refuse: where its folders are, and the
// language people read. Judges nothing and never throws: what cannot be read is left out. Never to be run with. Called by the commands.

import { dirname, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { readText } from './load.ts'
import { type Language, languages } from './words.ts'

export type Glance = {
  readonly language?: Language
  readonly runtimeDirectory?: string
  readonly storeDirectory?: string
}

export const glanceAtConfig = (file: string): Glance => {
  const text = readText(file)
  if (typeof text !== 'string') return {}
  // Of a broken text the library understands what it can.
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false, logLevel: 'silent' })
  const folderAt = (group: string): string | undefined => {
    const found: unknown = document.hasIn([group, 'directory']) ? document.getIn([group, 'directory']) : undefined
    return typeof found === 'string' && found !== '' ? resolve(dirname(resolve(file)), found) : undefined
  }
  const language = languages.find((one) => one === (document.has('language') ? document.get('language') : undefined))
  const [runtimeDirectory, storeDirectory] = [folderAt('runtime'), folderAt('store')]
  return {
    ...(language === undefined ? {} : { language }),
    ...(runtimeDirectory === undefined ? {} : { runtimeDirectory }),
    ...(storeDirectory === undefined ? {} : { storeDirectory }),
  }
}
