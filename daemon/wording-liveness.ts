// The lines for what is wrong with a set of attacks or with the networks for liveness. Text only. Read by wording.ts.

import type { Line } from './wording.ts'

export const livenessLines: Readonly<Record<string, Line>> = {
  attacks_missing: [
    'A folder of attacks has a subfolder `live` with living faces and one for each species of attack, such as `print`.',
    '攻击测试目录须含子目录 `live`（真人）和每类攻击各一个子目录，如 `print`。',
  ],
  liveness_incomplete: [
    'The networks for liveness are not whole there; nothing was taken.',
    '该目录中的活体检测网络不完整；未安装。',
  ],
}
