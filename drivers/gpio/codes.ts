// What the kernel's refusals are called, the same for both real drivers. Called by kernel.ts and the door's sysfs.ts and onoff.ts.

const codes: Readonly<Record<string, string>> = {
  EBUSY: 'line_busy',
  ENODEV: 'chip_lost',
  ENXIO: 'chip_lost',
  EACCES: 'gpio_forbidden',
  EPERM: 'gpio_forbidden',
}

/** An errno without a name of ours goes by its own: `gpio_enomem`. */
export const codeOf = (errno: string | undefined): string =>
  codes[errno ?? ''] ?? `gpio_${(errno ?? 'unknown').toLowerCase()}`
