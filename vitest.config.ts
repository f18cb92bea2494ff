import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,evals,docs,peers,packaging}/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    // Dawn reads VK_DRIVER_FILES with getenv, which only the main thread's process.env reaches.
    pool: 'forks',
    setupFiles: ['vitest.setup.ts'],
    testTimeout: 30_000,
  },
});
