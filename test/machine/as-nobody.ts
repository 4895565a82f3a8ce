// Becomes the door's process as a user who belongs to no group that may use GPIO. Started by trouble.ts in place of part.ts.

const NOBODY = 65_534
process.setgroups?.([])
process.setgid?.(NOBODY)
process.setuid?.(NOBODY)
await import('../../drivers/door/part.ts')
