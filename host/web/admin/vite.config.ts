import { fileURLToPath } from 'node:url'
import vueI18n from '@intlify/unplugin-vue-i18n/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { mockServer } from './dev/mock_server'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  base: '/admin/',
  plugins: [
    vue(),
    // Messages become plain syntax trees at build time: the message compiler uses `new Function`,
    // which the page's CSP forbids, and is dropped.
    vueI18n({ include: [here('./src/locales/*.json')], runtimeOnly: true, compositionOnly: true, dropMessageCompiler: true, fullInstall: false }),
    // Answers /api/* while developing; never part of dist.
    mockServer(),
  ],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // A data: URI would hide an image from the server's cache rules and from the size table.
    assetsInlineLimit: 0,
    // Without it Vite adds an inline polyfill; every browser we serve knows modulepreload.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 400,
  },
  test: { environment: 'jsdom', include: ['src/**/*.spec.ts'], globals: false },
})
