// What a function of this room gives back when it can fail for a reason outside the program. The same shape as the words
// of config/, said again here because this room imports nothing. Every file of models/ may use it.

export type Failure<Code extends string = string> = {
  readonly ok: false
  readonly code: Code
  readonly detail?: string
}
export type Result<T, Code extends string = string> = { readonly ok: true; readonly value: T } | Failure<Code>

export const done = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value })
export const failed = <Code extends string>(code: Code, detail?: string): Failure<Code> =>
  detail === undefined ? { ok: false, code } : { ok: false, code, detail }
