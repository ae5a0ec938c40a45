import { fileURLToPath } from 'node:url';
import { hotdeskApp } from '@hotdesk/ui/vite';
import { defineConfig, mergeConfig } from 'vitest/config';

const dir = fileURLToPath(new URL('.', import.meta.url));

// `npm run mock` prints the address of the stand-in server; HOTDESK_URL points `npm run dev` at it or at a real one.
const server = process.env['HOTDESK_URL'] ?? 'https://127.0.0.1:8443';

export default mergeConfig(
  hotdeskApp({ dir, base: '/agent/' }),
  defineConfig({
    server: {
      proxy: {
        '/api': { target: server, secure: false, changeOrigin: true },
        '/ws': { target: server, secure: false, ws: true, changeOrigin: true },
      },
    },
    test: { environment: 'jsdom', include: ['src/**/*.spec.ts'] },
  }),
);
