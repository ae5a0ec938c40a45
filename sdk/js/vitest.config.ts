import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*_test.ts'],
    environment: 'node',
    setupFiles: ['tests/setup.mjs'],
    // waiting for nothing real: a test that hangs is a bug
    testTimeout: 10_000,
  },
});
