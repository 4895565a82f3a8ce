import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Boots a kernel of its own: npm run test:machine.
    exclude: ['test/machine/**', 'node_modules/**'],
    pool: 'forks',
    // Most tests wait, so four end sooner on two cores; the face part has the lowest priority, and starves where others work as well.
    maxWorkers: process.env['CI'] === 'true' ? 2 : 4,
    // Shared machines stall for seconds: there, what fails twice has failed. On a developer's machine, once is enough.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    reporters: ['default'],
  },
})
