// What the two single-page apps share in their Vite configuration: `export default hotdeskApp({ dir, base })`.
// Everything here serves the strict CSP: precompiled messages, no inlined assets, no inline preload script.
import { resolve } from 'node:path';
import vue from '@vitejs/plugin-vue';
import VueI18n from '@intlify/unplugin-vue-i18n/vite';

/**
 * @param {{ dir: string, base: string, locales?: string }} options
 *   dir: the app's folder (`import.meta.dirname` is missing in Node 18: pass `fileURLToPath(new URL('.', import.meta.url))`);
 *   base: `/admin/` or `/agent/`; locales: glob of the message files, relative to `dir`
 * @returns {import('vite').UserConfig}
 */
export function hotdeskApp({ dir, base, locales = 'src/locales/**' }) {
  return {
    root: dir,
    base,
    plugins: [
      vue(),
      VueI18n({ include: resolve(dir, locales), runtimeOnly: true, compositionOnly: true, fullInstall: false }),
    ],
    define: {
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
      __INTLIFY_PROD_DEVTOOLS__: 'false',
    },
    build: {
      target: 'es2022',
      outDir: resolve(dir, 'dist'),
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
    // the client is linked from outside the workspace
    server: { fs: { allow: [resolve(dir, '..'), resolve(dir, '../../../sdk/js')] } },
  };
}
