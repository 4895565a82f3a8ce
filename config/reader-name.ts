// Which reader a configured name means. pcscd ends every name with two numbers: the first counts readers in the order in which they were
// plugged in and changes with the USB port, the second is the slot of one reader and stays. Pure. Used by the cross-checks, `doctor` and
// the card part.

/** The name without its number of order: `ACS ACR122U PICC Interface 00 00` is the same reader as `… 01 00`. */
export const withoutOrder = (name: string): string => name.replace(/ [0-9A-F]{2} ([0-9A-F]{2})$/, ' .. $1')

/** As written; `moved`: but for its number of order. */
export const fitReader = (wanted: string, name: string): 'exact' | 'moved' | undefined => {
  if (name.includes(wanted)) return 'exact'
  return withoutOrder(name).includes(withoutOrder(wanted)) ? 'moved' : undefined
}
