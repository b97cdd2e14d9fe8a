import { fileURLToPath } from 'node:url';

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const consoleUrl = process.env['STRATUM_CONSOLE_URL'] ?? 'http://127.0.0.1:8490';

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: { proxy: { '/api': consoleUrl } },
  build: {
    // The console serves the page with `script-src 'self'`: nothing may be inlined.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // ECharts is in a chunk of its own, fetched when a person opens a chart.
    chunkSizeWarningLimit: 600,
    target: 'es2022',
    // These know light-dark(), in which the tokens are written.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['./src/testing/setup.ts'],
    restoreMocks: true,
    testTimeout: 30_000,
    // The suite runs on shared machines; the number of workers is not the point.
    maxWorkers: 2,
  },
});
