// A day of the calendar as it is written. Pure. Called by the command line and by the commands that take a date.

/** A day that there is, as YYYY-MM-DD: 2015-02-30 is none. */
export const isDay = (text: string): boolean => {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}
