// How much a list of residents may hold, and each of its rows: the reader of lists and the gate ask for the same. Read by both.

/** Two and a half of the largest compounds. */
export const ROWS_LIMIT = 50_000
/** One person's; more is a column too many. */
export const CARDS_LIMIT = 8
export const ROOM_CHARACTERS = 40
export const NAME_CHARACTERS = 100
export const SCHEDULE_CHARACTERS = 64
/** Rows of one request to the gate: some 8 KB of the 64 that one may have, 60 with every cell at its longest. */
export const ROWS_AT_ONCE = 50
