// `pass issue/list/revoke` as the office types them: the code once, a page to print or a picture to send in a file that only its owner reads,
// and in none of them a name.

import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPassReader } from '../../drivers/pass/reader.ts'
import { readPass } from '../../drivers/pass/text.ts'
import { startGate } from '../commands/start-gate.ts'

const START_LIMIT_MS = 60_000
const NAME = 'Zhang Wei'

type Answer = { readonly credentialId: string; readonly number: string; readonly code: string; readonly qr: string }

describe(
  'pass',
  () => {
    let gate: Awaited<ReturnType<typeof startGate>>
    let resident = ''
    beforeAll(async () => {
      gate = await startGate()
      await gate.cli('household', 'add', '12-3')
      const { json } = await gate.cli('resident', 'add', '--room', '12-3', '--name', NAME, '--json')
      resident = (json as { residentId: string }).residentId
    }, START_LIMIT_MS)
    afterAll(() => gate?.stop())

    /** What a phone or a printer would show of it. */
    const readFile = async (file: string): Promise<string | undefined> => {
      const picture = sharp(file, { density: 200 }).resize(480, 480, { fit: 'contain', background: '#fff' })
      const { data, info } = await picture
        .flatten()
        .removeAlpha()
        .toColourspace('srgb')
        .raw()
        .toBuffer({ resolveWithObject: true })
      const reader = createPassReader()
      try {
        return await reader.read({ width: info.width, height: info.height, rgb: new Uint8Array(data) })
      } finally {
        await reader.stop()
      }
    }

    test('issue shows the code once and in plain words, list and revoke follow it', async () => {
      const issued = await gate.cli('pass', 'issue', resident, '--uses', '3', '--until', 'noon')
      expect(issued.stdout).toMatch(
        /^issued: c_[a-z2-7]+; type 0\d+\*\d{6}# until .*, 3 times\. The code is shown this once\.\n$/,
      )
      const [, id = '', code = ''] = /issued: (\S+); type \d+\*(\d+)#/.exec(issued.stdout) ?? []
      const listed = await gate.cli('pass', 'list')
      expect(listed.stdout).toContain(id)
      expect(listed.stdout).toContain('12-3')
      expect(listed.stdout).not.toMatch(new RegExp(`${code}|${NAME}`))
      // It is no card that the office would have to replace.
      expect((await gate.cli('card', 'report', '--json')).json).toMatchObject({ counts: { copyable: 0 }, cards: [] })
      expect((await gate.cli('pass', 'revoke', id)).stdout).toBe(`ended: ${id}\n`)
      expect((await gate.cli('pass', 'list')).stdout).not.toContain(id)
      expect((await gate.cli('pass', 'list', '--all')).stdout).toContain(id)
      expect(await gate.cli('pass', 'revoke', id)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('credential_revoked'),
      })
    })

    test.each([
      'svg',
      'png',
    ])('issue --out FILE.%s is a picture of the QR that the answer names, for its owner alone', async (kind) => {
      const file = join(gate.folder, `pass.${kind}`)
      const { json, code } = await gate.cli('pass', 'issue', resident, '--out', file, '--json')
      expect(code).toBe(0)
      const { qr } = json as Answer
      expect(readPass(qr)).toBeDefined()
      expect(await readFile(file)).toBe(qr)
      expect(statSync(file).mode & 0o777).toBe(0o600)
    })

    test('issue --out FILE.html is a page with code, QR and bounds, and no name and no room', async () => {
      const file = join(gate.folder, 'pass.html')
      const { json } = await gate.cli(
        'pass',
        'issue',
        resident,
        '--days',
        '1,3',
        '--hours',
        '4',
        '--side',
        'entry',
        '--out',
        file,
        '--json',
      )
      const { number, code } = json as Answer
      const page = readFileSync(file, 'utf8')
      for (const text of [
        `${number}*${code}#`,
        '<svg ',
        'Monday',
        'Wednesday',
        '4 hours',
        'Only for the way in',
        '1 time.',
      ])
        expect(page).toContain(text)
      expect(page).not.toMatch(new RegExp(`${NAME}|12-3|${resident}`))
      const chinese = join(gate.folder, 'pass-zh.html')
      await gate.cli('pass', 'issue', resident, '--language', 'zh-CN', '--out', chinese)
      expect(readFileSync(chinese, 'utf8')).toContain('访客通行证')
    })

    test('a file that is there already is not written over, and one of another kind issues nothing', async () => {
      const file = join(gate.folder, 'twice.svg')
      await gate.cli('pass', 'issue', resident, '--out', file)
      const first = readFileSync(file, 'utf8')
      const again = await gate.cli('pass', 'issue', resident, '--out', file)
      expect([again.code, again.stdout, again.stderr]).toEqual([
        1,
        expect.stringContaining('issued:'),
        expect.stringContaining('page_unwritable'),
      ])
      expect(readFileSync(file, 'utf8')).toBe(first)
      const count = async () => ((await gate.cli('pass', 'list', '--json')).json as unknown[]).length
      const before = await count()
      expect(await gate.cli('pass', 'issue', resident, '--out', join(gate.folder, 'pass.pdf'))).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('pass_picture_kind'),
      })
      expect(await count()).toBe(before)
    })

    test.each([
      [['--until', 'tomorrow'], 'time_unknown'],
      [['--until', '2020-01-01T00:00'], 'pass_unbounded'],
      [['--days', '8'], 'pass_days_malformed'],
    ])('issue %j is refused with the reason', async (options, code) => {
      expect(await gate.cli('pass', 'issue', resident, ...options)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(code),
      })
    })

    test('issue for whoever has no right at this gate is refused, and says what to do', async () => {
      const { json } = await gate.cli('right', 'list', resident, '--json')
      const [right] = json as { id: string }[]
      await gate.cli('right', 'revoke', right?.id ?? '')
      const refused = await gate.cli('pass', 'issue', resident)
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('evengate right grant') })
      await gate.cli('right', 'grant', resident)
      expect((await gate.cli('pass', 'issue', resident)).code).toBe(0)
    })
  },
  START_LIMIT_MS,
)
