import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** As the units set it, for the many programs that these tests start. */
const env = { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') };

export default defineConfig({
  test: {
    // Left to itself, it leaves one core idle: of two that is half the time.
    maxWorkers: '100%',
    coverage: {
      provider: 'v8',
      include: ['src/{model,windows,detectors,incidents,summary}/**/*.ts', 'src/slack/views/**/*.ts'],
      thresholds: { branches: 95 },
    },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/browser/**', 'test/faults/**', 'test/hostile/**'],
          // Files share modules and no state: loading them once a worker, not once a file, saves a third of the time.
          isolate: false,
          // Properties run long on a busy machine; how long is no matter of correctness.
          testTimeout: 120_000,
        },
      },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], env, testTimeout: 120_000, hookTimeout: 120_000 } },
      {
        // What goes wrong around the program, and what strangers send it; each starts programs of its own.
        test: {
          name: 'faults',
          include: ['test/{faults,hostile}/**/*.test.ts'],
          env,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      { test: { name: 'browser', include: ['test/browser/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 } },
    ],
  },
});
