import { defineConfig } from 'vitest/config'

// biome-ignore lint/style/noDefaultExport: vitest reads it so
export default defineConfig({
  test: {
    include: ['test/machine/**/*.test.ts'],
    pool: 'forks',
    // Each boots a machine of its own; more at once would take each other's time.
    maxWorkers: 2,
    // One boot runs everything; the tests then only read.
    hookTimeout: 16 * 60_000,
    reporters: ['default'],
  },
})
