// Debian's Chromium, driven by Playwright; each person has a context (cookies, storage, window) of their own.
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

export const shots = join(dirname(fileURLToPath(import.meta.url)), '../out')

export async function openBrowser() {
  await mkdir(shots, { recursive: true })
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
  })
}

/** What a page must never do: errors on the console, requests to hosts that are not ours. */
export class Watch {
  errors = []
  foreign = []
  constructor(context, ours) {
    this.ours = ours
    context.on('console', (message) => {
      if (message.type() !== 'error') return
      this.errors.push(message.text())
    })
    context.on('weberror', (error) => this.errors.push(String(error.error())))
    context.on('request', (request) => {
      const url = new URL(request.url())
      if (['data:', 'blob:', 'about:'].includes(url.protocol)) return
      if (!this.ours.includes(url.host)) this.foreign.push(request.url())
    })
  }
  /** Errors but those that a server that is away causes by itself. */
  get unexpected() {
    return this.errors.filter((text) => !/ERR_CONNECTION|WebSocket connection to|Failed to load resource|net::ERR_/.test(text))
  }
}

export async function person(browser, { width, height, mobile = false, locale = 'en-US', dark = false, ours }) {
  const context = await browser.newContext({
    viewport: { width, height }, ignoreHTTPSErrors: true, locale, colorScheme: dark ? 'dark' : 'light',
    isMobile: mobile, hasTouch: mobile, permissions: ['clipboard-read', 'clipboard-write'],
  })
  context.setDefaultTimeout(20_000)
  const watch = new Watch(context, ours)
  const page = await context.newPage()
  return { context, page, watch, shot: (name) => page.screenshot({ path: join(shots, `${name}.png`) }) }
}
