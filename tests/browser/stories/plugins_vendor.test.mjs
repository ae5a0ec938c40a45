// A vendor's plugin on its way to everybody: refused, trusted, read, granted, let out by a plan, watched; and a version
// that does worse goes back by itself while people write.
import assert from 'node:assert/strict'
import { after, before, test as step } from 'node:test'
import { openBrowser, person } from '../support/browser.mjs'
import { Vendor } from '../support/packages.mjs'
import { InstalledServer } from '../support/server.mjs'
import { openShop } from '../support/shop.mjs'

// test.rolling writes its version before each text; 2.0.0 fails in one call of four.
const id = 'test.rolling'
let server, browser, shop, vendor, admin
const people = []

const byId = (page, testid, more = '') => page.locator(`[data-testid="${testid}"]${more}`)
const row = (version, more = '') => byId(admin.page, 'version-row', `[data-version="${version}"]${more}`)
async function add(options) {
  const one = await person(browser, { ...options, ours: [`127.0.0.1:${server.port}`, shop.host] })
  people.push(one)
  return one
}
async function confirm() {
  await byId(admin.page, 'confirm').click()
}

/** Somebody on the shop's page with the widget open; each is a visitor and a conversation of their own. */
async function visitor() {
  const one = await add({ width: 390, height: 844, mobile: true })
  await one.page.goto(`${shop.origin}/cups`)
  await one.page.locator('hotdesk-widget').waitFor({ state: 'attached' })
  await one.page.waitForFunction(([x, y]) => document.elementFromPoint(x, y)?.localName === 'hotdesk-widget', [390 - 48, 844 - 48])
  await one.page.mouse.click(390 - 48, 844 - 48)
  const find = () => one.page.frames().find((frame) => frame.url().includes('/widget/'))
  while (!find()) await Promise.race([one.page.waitForEvent('framenavigated'), one.page.waitForEvent('frameattached')])
  one.panel = find()
  await one.panel.locator('main.panel').waitFor()
  if (!(await one.panel.locator('#hd-message').isVisible())) await one.panel.locator('main.panel .home button, main.panel .start').first().click()
  await one.panel.locator('#hd-message').waitFor()
  one.say = async (text) => {
    await one.panel.locator('#hd-message').fill(text)
    await one.panel.locator('#hd-message').press('Enter')
  }
  return one
}
/** What an admin's program would call; the page lends its log-in. */
const call = (method, path, body) =>
  admin.page.evaluate(async ([method, path, body]) => {
    const csrf = document.cookie.split('; ').find((pair) => pair.startsWith('__Host-hotdesk-csrf=')).split('=')[1]
    const response = await fetch(`/api/v1${path}`, { method, headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': decodeURIComponent(csrf) }, ...(body ? { body: JSON.stringify(body) } : {}) })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response.status === 204 ? null : response.json()
  }, [method, path, body])

/** What was stored, after every filter: the newest text of any conversation. */
async function stored(text) {
  for (let tries = 0; tries < 60; tries += 1) {
    const { data } = await call('GET', '/conversations?status=all&limit=50')
    if (data.some((conversation) => conversation.last?.text === text)) return
    await admin.page.waitForTimeout(250)
  }
  assert.fail(`no conversation ends with “${text}”`)
}

/** From the list to the facts of a package that the server took. */
async function check(folder) {
  await byId(admin.page, 'nav-plugins').click()
  await byId(admin.page, 'to-install').click()
  await byId(admin.page, 'package-file').setInputFiles(await vendor.package(folder))
}
async function install(version) {
  await check(`rolling/${id}/${version}`)
  await byId(admin.page, 'package-facts').waitFor()
  assert.equal(await byId(admin.page, 'package-version').innerText(), version)
  await byId(admin.page, 'package-install').click()
  await row(version).waitFor()
}

/** A step of the story; when it fails, everybody's page is kept as a picture, and the steps that build on it are not tried. */
let failed = false
function test(name, work) {
  step(name, async (t) => {
    if (failed) return t.skip('an earlier step failed')
    try {
      await work()
    } catch (error) {
      failed = true
      for (const [n, one] of people.entries()) await one.shot(`plugins-failed-${n}`).catch(() => {})
      for (const one of people) if (one.watch.errors.length > 0) t.diagnostic(one.watch.errors.join('\n'))
      throw error
    }
  })
}

before(async () => {
  server = await InstalledServer.install()
  browser = await openBrowser()
  shop = await openShop()
  vendor = await Vendor.open('Rolling Ltd')
})
after(async () => {
  await browser?.close()
  await shop?.close()
  await vendor?.close()
  await server?.remove()
})

test('the admin signs in and opens the plugins', async () => {
  admin = await add({ width: 1440, height: 1000 })
  await admin.page.goto(`${server.address}/admin/plugins`)
  await byId(admin.page, 'login-username').fill(server.login.username)
  await byId(admin.page, 'login-password').fill(server.login.password)
  await byId(admin.page, 'login-submit').click()
  await byId(admin.page, 'plugin-row').first().waitFor()
  await byId(admin.page, 'plugin-row', '[data-plugin="org.hotdesk.filtering"]').locator('[data-testid=level][data-level=builtin]').waitFor()
  const sites = await call('GET', '/sites')
  const site = sites.data[0]
  await call('PATCH', `/sites/${site.id}`, { allowed_origins: [shop.origin] })
  shop.snippet = site.snippet
  await admin.shot('plugins-list')
})

test('a package by a stranger is refused, with the way to the trusted keys', async () => {
  await check(`rolling/${id}/1.0.0`)
  const refusal = byId(admin.page, 'package-refused')
  await refusal.waitFor()
  assert.match(await refusal.innerText(), /manifest\.sig/)
  await admin.shot('plugins-refused')
  await byId(admin.page, 'to-trust').click()
  const unknown = byId(admin.page, 'trust-unknown')
  await unknown.waitFor()
  assert.match(await unknown.innerText(), new RegExp(vendor.keyId))
})

test('the admin trusts the vendor for its own ids', async () => {
  await byId(admin.page, 'trust-add').click()
  await byId(admin.page, 'trust-public-key').fill(vendor.publicKey)
  await byId(admin.page, 'trust-key-id').filter({ hasText: vendor.keyId }).waitFor()
  assert.equal(await byId(admin.page, 'trust-name').inputValue(), vendor.name, 'the name comes with the file')
  await byId(admin.page, 'trust-prefixes').fill('test.*')
  await admin.shot('plugins-trust-add')
  await byId(admin.page, 'trust-submit').click()
  await byId(admin.page, 'trust-row', `[data-key="${vendor.keyId}"][data-revoked=no]`).waitFor()
})

test('the package is read, granted and installed; nothing runs before it is switched on', async () => {
  await check(`rolling/${id}/1.0.0`)
  const facts = byId(admin.page, 'package-facts')
  await facts.waitFor()
  await facts.locator('[data-level=vendor]').waitFor()
  assert.equal(await byId(admin.page, 'grant-lane-inline').isDisabled(), true, 'the caller’s thread is for built-in plugins')
  await admin.shot('plugins-grant')
  await byId(admin.page, 'package-install').click()
  await row('1.0.0').waitFor()
  const one = await visitor()
  await one.say('before it')
  await stored('before it')
  await byId(admin.page, 'activate', '[data-version="1.0.0"]').click()
  await confirm()
  await row('1.0.0', '[data-role=stable]').waitFor()
})

test('a plan lets the next version out, step by step, both beside each other', async () => {
  await install('1.1.0')
  await byId(admin.page, 'plan-open').click()
  const editor = byId(admin.page, 'plan-editor')
  await editor.waitFor()
  // 1, 10, 50, 100 as they come, held for seconds instead of minutes.
  for (const [n, hold] of [1, 1, 8, 4].entries()) {
    await byId(admin.page, `plan-hold-${n}`).fill(String(hold))
    await byId(admin.page, `plan-unit-${n}`).selectOption('s')
  }
  await admin.shot('plugins-plan')
  await byId(admin.page, 'plan-start').click()
  await byId(admin.page, 'plan-state', '[data-state=running]').waitFor()
  await byId(admin.page, 'plan-steps').locator('[data-percent="50"][data-state=now]').waitFor()
  await byId(admin.page, 'plan-pause').click()
  await byId(admin.page, 'plan-state', '[data-state=paused]').waitFor()
  await row('1.1.0', '[data-role=candidate]').waitFor()
  await admin.page.getByText('1.1.0 candidate').first().waitFor()
  await admin.shot('plugins-side-by-side')
  await byId(admin.page, 'plan-resume').click()
  await row('1.1.0', '[data-role=stable]').waitFor({ timeout: 40_000 })
})

test('the new version is what visitors meet', async () => {
  const one = await visitor()
  await one.say('hello')
  await stored('1.1.0:hello')
  await one.context.close()
})

test('a version that does worse goes back by itself, and the page says why', async () => {
  await install('2.0.0')
  await byId(admin.page, 'canary-version').selectOption('2.0.0')
  await byId(admin.page, 'canary-percent').fill('100')
  await byId(admin.page, 'canary-set').click()
  await row('2.0.0', '[data-role=candidate]').waitFor()
  // One visitor may write 20 messages in ten seconds: a few people are needed to be worse often enough.
  const crowd = []
  for (let n = 0; n < 4; n += 1) crowd.push(await visitor())
  const banner = byId(admin.page, 'rolled-back', '[data-version="2.0.0"]')
  for (let n = 0; n < 18 && !(await banner.isVisible()); n += 1) {
    for (const one of crowd) {
      await one.say(`message ${n}`)
      await one.panel.locator('.m .bub').filter({ hasText: `message ${n}` }).first().waitFor()
    }
  }
  await banner.waitFor({ timeout: 15_000 })
  assert.match(await byId(admin.page, 'rolled-back-reason').innerText(), /calls failed|time limit|crash/)
  await banner.locator('[data-testid=evidence]').waitFor()
  await row('1.1.0', '[data-role=stable]').waitFor()
  await admin.shot('plugins-rolled-back')
  const one = await visitor()
  await one.say('still here')
  await stored('1.1.0:still here')
})

test('every edge is told, and the banner goes when it was read', async () => {
  await byId(admin.page, 'plugin-events').click()
  await byId(admin.page, 'event').first().waitFor()
  const told = await byId(admin.page, 'events').innerText()
  assert.match(told, /2\.0\.0/)
  await admin.shot('plugins-events')
  await byId(admin.page, 'plugin-rollout').click()
  await byId(admin.page, 'rolled-back-dismiss').click()
  await byId(admin.page, 'rolled-back').waitFor({ state: 'detached' })
  await admin.page.reload()
  await row('1.1.0').waitFor()
  assert.equal(await byId(admin.page, 'rolled-back').count(), 0)
})

test('a revoked key signs nothing more', async () => {
  await byId(admin.page, 'nav-plugins').click()
  await byId(admin.page, 'to-trust').click()
  await byId(admin.page, 'trust-row', `[data-key="${vendor.keyId}"]`).locator('[data-testid=trust-revoke]').click()
  await byId(admin.page, 'revoke-reason').fill('the contract has ended')
  assert.equal(await byId(admin.page, 'revoke-submit').isDisabled(), true, 'the name must be typed')
  await byId(admin.page, 'revoke-type').fill(vendor.name)
  await byId(admin.page, 'revoke-submit').click()
  await byId(admin.page, 'trust-row', `[data-key="${vendor.keyId}"][data-revoked=yes]`).waitFor()
  await check(`rolling/${id}/1.0.0`)
  await byId(admin.page, 'package-refused').filter({ hasText: 'revoked' }).waitFor()
})

test('an article is written, switched off and on, and found', async () => {
  await byId(admin.page, 'nav-knowledge').click()
  await byId(admin.page, 'article-create').first().click()
  await byId(admin.page, 'article-title').fill('How do I return a parcel?')
  await byId(admin.page, 'article-text').fill('Within seven days. The courier collects it at your door.')
  await byId(admin.page, 'article-save').click()
  const article = byId(admin.page, 'article-row').filter({ hasText: 'return a parcel' })
  await article.waitFor()
  await byId(admin.page, 'test-question').fill('who collects the parcel')
  await byId(admin.page, 'test-ask').click()
  await byId(admin.page, 'test-passage').filter({ hasText: 'courier' }).waitFor()
  await admin.shot('knowledge')
  await article.locator('[data-testid=article-enabled]').click()
  await article.locator('[data-testid=article-enabled][data-state=off]').waitFor()
  await byId(admin.page, 'test-ask').click()
  await byId(admin.page, 'test-none').waitFor()
})

test('no page complained and none asked another host', async () => {
  for (const one of people) {
    assert.deepEqual(one.watch.unexpected, [])
    assert.deepEqual(one.watch.foreign, [])
  }
})

test('the same pages on a phone, in Chinese and in the dark', async () => {
  const zh = await add({ width: 390, height: 844, mobile: true, locale: 'zh-CN', dark: true })
  await zh.page.goto(`${server.address}/admin/plugins/${id}/rollout`)
  await byId(zh.page, 'login-username').fill(server.login.username)
  await byId(zh.page, 'login-password').fill(server.login.password)
  await byId(zh.page, 'login-submit').click()
  await byId(zh.page, 'rolled-back').waitFor()
  await zh.shot('plugins-phone-dark-zh')
  const overflow = await zh.page.locator('.main').evaluate((main) => main.scrollWidth - main.clientWidth)
  assert.ok(overflow <= 1, `nothing sticks out: ${overflow} px`)
  assert.deepEqual(zh.watch.unexpected, [])
})
