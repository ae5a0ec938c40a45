// The loader: one classic script at a name that never changes, because sites copy it into their pages.
import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: false,
    copyPublicDir: false,
    reportCompressedSize: false,
    lib: { entry: 'src/loader/main.ts', formats: ['iife'], name: 'hotdeskLoader', fileName: () => 'widget.js' },
  },
});
