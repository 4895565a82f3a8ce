// The answer of `handover` for people: whose receipts are to be printed. Called by show.ts.

import type { Language } from '../../config/words.ts'
import type { HandoverAnswer } from '../commands/handover.ts'
import { pick } from './context.ts'

export const showHandover = ({ handover, operator, receipts }: HandoverAnswer, language: Language): string =>
  [
    pick(
      language,
      `handed over to ${operator}, event ${handover}. Cards, codes and rights are as before; ${receipts.length} consent(s) to the former operator have ended and their faces are erased. Whoever wants to use his face again signs anew. A receipt for each, to print and hand out:`,
      `已移交给${operator}，事件 ${handover}。卡、密码和权限不变；对原运营者的 ${receipts.length} 份同意已终止，人脸已删除。愿意继续使用人脸的须重新签署。请打印并交付每人的回执：`,
    ),
    ...receipts.map(({ number, resident }) => `  evengate receipt show ${number}  ${resident}`),
  ].join('\n')
