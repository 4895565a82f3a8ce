import { defineConfig } from 'vitest/config'

// biome-ignore lint/style/noDefaultExport: vitest reads it so
export default defineConfig({
  test: {
    include: ['test/machine/**/*.test.ts'],
    pool: 'forks',
    // One boot runs everything; the tests then only read.
    hookTimeout: 16 * 60_000,
    reporters: ['default'],
  },
})
