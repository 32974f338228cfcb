import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Tests that need more than Node: a browser, k6. `npm run test:all` installs what they need and runs them too.
const SERVICE_TESTS = ['test/**/*.service.test.ts', 'test/**/browser.test.ts'];
// Whole runs under load. They measure time, so they run one after the other, and after the quick ones.
const E2E_TESTS = ['test/e2e/**/*.test.ts'];

// What the tests' own packages bring.
const NOT_OURS = ['**/node_modules/**'];

const common = { pool: 'forks', testTimeout: 30_000, hookTimeout: 30_000 } as const;
const alone = { ...common, testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false } as const;

export default defineConfig({
  // Scenarios import their own package by name; Node resolves that through package.json, Vite needs to be told.
  resolve: {
    alias: [
      // Modules that only k6 has.
      { find: /^k6\/(http|metrics)$/, replacement: fileURLToPath(new URL('./test/k6/fakes/$1.ts', import.meta.url)) },
      { find: /^flashcrowd$/, replacement: fileURLToPath(new URL('./sim/index.ts', import.meta.url)) },
    ],
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          ...common,
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: [...SERVICE_TESTS, ...E2E_TESTS, ...NOT_OURS],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          ...alone,
          name: 'e2e',
          include: E2E_TESTS,
          exclude: [...SERVICE_TESTS, ...NOT_OURS],
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: { ...alone, name: 'services', include: SERVICE_TESTS, exclude: NOT_OURS, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
