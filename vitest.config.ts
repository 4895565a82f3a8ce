import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Boots a kernel of its own: npm run test:machine.
    exclude: ['test/machine/**', 'node_modules/**'],
    pool: 'forks',
    // Most tests wait, so three end sooner on two cores; with four the face part, which has the lowest priority, starves.
    maxWorkers: 3,
    // Machines stall for seconds when others work on them: what fails twice has failed.
    retry: 1,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    reporters: ['default'],
  },
})
