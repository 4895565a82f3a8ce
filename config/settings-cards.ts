// The declarations of what a card must prove on a side, and at which hours it must prove more, and of a reader that stands at the office's
// desk. Read by settings-sides.ts alone.

import * as v from 'valibot'
import { choice, group, list, whole } from './declare.ts'
import { days, time } from './settings-liveness.ts'
import { cardProofs } from './words.ts'

/** A week has seven nights and as many days. */
const hoursLimit = 14

/** Where a reader stands. */
export const cardUse = v.exactOptional(
  choice(['gate', 'desk'], {
    en: 'desk: at the office; it issues and enrols cards and never opens anything, and is no way in. Absent: gate.',
    zh: 'desk：放在物业办公桌上，用于发卡和登记，绝不开门，也不算通行方式。不写：gate。',
  }),
)

/** Within one compound nobody walks longer between an office and its gate. */
const walkLimitSeconds = 3600

export const cardsApart = v.exactOptional(
  group(
    {
      sidesSeconds: v.exactOptional(
        whole(1, 60, {
          en: 'In less than this nobody comes from the readers of one side to those of the other. Write it only where they are out of reach of each other.',
          zh: '从一侧读卡器走到另一侧读卡器至少需要的时间；仅当两侧伸手够不到时填写。',
          unit: 'seconds',
        }),
      ),
      deskSeconds: v.exactOptional(
        whole(1, walkLimitSeconds, {
          en: 'In less than this nobody comes from the gate to the reader at the office’s desk.',
          zh: '从门口走到办公室发卡读卡器至少需要的时间。',
          unit: 'seconds',
        }),
      ),
    },
    {
      en: 'How far apart the readers are. The same card at two of them in less time raises card_copy_suspected; it opens as always. Absent: not looked at.',
      zh: '读卡器之间的距离。同一张卡在更短时间内出现在两处，报警 card_copy_suspected，照常开门。不写则不检查。',
    },
  ),
)

const policy = {
  en: 'identifier: its number, which can be copied. sdm: a message with a counter, which can be read beforehand and shown once. authenticated: a key of its own, which cannot be copied.',
  zh: 'identifier：卡号，可被复制。sdm：带计数的消息，可能被提前读取并冒用一次。authenticated：每卡独立密钥，不可复制。',
}

export const cardProof = v.exactOptional(
  choice(cardProofs, {
    en: `What a card must prove to open. Absent: identifier. ${policy.en} On the exit side it is noted and opens all the same.`,
    zh: `卡片须证明什么才能开门。不写：identifier。${policy.zh}出口侧只记录，照常开门。`,
  }),
)

export const cardProofTimes = v.exactOptional(
  list(
    group(
      {
        proof: choice(cardProofs, policy),
        days,
        from: time('From then on, by the clock of timeZone.', '开始时间，按 timeZone。'),
        to: time('Until then; not later than from: of the next day.', '结束时间；不晚于开始时间则为次日。'),
      },
      { en: 'Hours with another proof.', zh: '另行规定的时段。' },
    ),
    hoursLimit,
    {
      en: 'Hours with another proof; the first that fits holds. While the clock is not trusted: cardProof, so that nobody stands outside for a wrong clock.',
      zh: '另行规定的时段，以首个符合者为准。时钟不可信时按 cardProof，不因时钟错误把住户关在门外。',
    },
  ),
)
