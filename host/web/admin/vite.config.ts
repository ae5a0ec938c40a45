import { fileURLToPath } from 'node:url'
import { hotdeskApp } from '@hotdesk/ui/vite'
import { mergeConfig } from 'vite'
import { defineConfig } from 'vitest/config'
import { mockServer } from './dev/mock_server'

const dir = fileURLToPath(new URL('.', import.meta.url))

export default defineConfig(
  mergeConfig(hotdeskApp({ dir, base: '/admin/' }), {
    // Answers /api/* while developing and previewing; never part of dist.
    plugins: [mockServer()],
    test: { environment: 'jsdom', include: ['src/**/*.spec.ts'] },
  }),
)
