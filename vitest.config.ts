import { defineConfig } from 'vitest/config';

const ROOMS = '{src,peers,packaging,docs,examples}/**';

/** `npm test` runs the project `quick`, on the embedded adapter; `npm run test:all` runs the rest. */
export default defineConfig({
  test: {
    // Dawn reads VK_DRIVER_FILES with getenv, which only the main thread's process.env reaches.
    pool: 'forks',
    setupFiles: ['vitest.setup.ts'],
    testTimeout: 30_000,
    // Opening a device takes long on a machine that does other work.
    hookTimeout: 120_000,
    // Vitest leaves one core to itself, which is half of a small machine.
    maxWorkers: '100%',
    exclude: ['**/node_modules/**'],
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: [`${ROOMS}/*.test.ts`],
          exclude: ['**/*.slow.test.ts'],
          // A process and its imports for each of 145 files are a third of the time.
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'slow', include: [`${ROOMS}/*.slow.test.ts`, 'evals/**/*.test.ts'] },
      },
    ],
  },
});
