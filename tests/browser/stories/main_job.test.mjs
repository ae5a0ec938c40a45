// The main job: a visitor and an agent talk while an admin swaps the plugin under them, and the host dies once.
import assert from 'node:assert/strict'
import { after, before, test as step } from 'node:test'
import { openBrowser, person } from '../support/browser.mjs'
import { InstalledServer } from '../support/server.mjs'
import { openShop } from '../support/shop.mjs'

const word = '竞品' // 1.1.0 masks it, 1.0.0 lets it through
let server, browser, shop, admin, agent, visitor, panel
const people = []
const credentials = { username: 'lin', name: 'Lin Xiao', password: '' }

const byId = (page, id, more = '') => page.locator(`[data-testid="${id}"]${more}`)
async function add(options) {
  const one = await person(browser, { ...options, ours: [`127.0.0.1:${server.port}`, shop.host] })
  people.push(one)
  return one
}
/** The widget's frame lies in a closed shadow root: found by its address. */
async function widgetFrame(page) {
  const find = () => page.frames().find((frame) => frame.url().includes('/widget/'))
  while (!find()) await Promise.race([page.waitForEvent('framenavigated'), page.waitForEvent('frameattached')])
  return find()
}
const bubbles = (frame) => frame.locator('.m .bub')
const say = async (text) => {
  await panel.locator('#hd-message').fill(text)
  await panel.locator('#hd-message').press('Enter')
}
const answer = async (text) => {
  await byId(agent.page, 'composer').fill(text)
  await byId(agent.page, 'composer').press('Enter')
}
const count = async (locator, text) => (await locator.allInnerTexts()).filter((t) => t.includes(text)).length

/** A step of the story; when it fails, everybody's page is kept as a picture, and the steps that build on it are not tried. */
let failed = false
function test(name, work) {
  step(name, async (t) => {
    if (failed) return t.skip('an earlier step failed')
    try {
      await work()
    } catch (error) {
      failed = true
      for (const [n, one] of people.entries()) await one.shot(`failed-${n}`).catch(() => {})
      for (const one of people) if (one.watch.errors.length > 0) t.diagnostic(one.watch.errors.join('\n'))
      throw error
    }
  })
}

before(async () => {
  server = await InstalledServer.install()
  browser = await openBrowser()
  shop = await openShop()
})
after(async () => {
  await browser?.close()
  await shop?.close()
  await server?.remove()
})

test('the admin signs in and sees the overview', async () => {
  admin = await add({ width: 1440, height: 900 })
  await admin.page.goto(`${server.address}/admin/`)
  await byId(admin.page, 'login-username').fill(server.login.username)
  await byId(admin.page, 'login-password').fill('not the password')
  await byId(admin.page, 'login-submit').click()
  await byId(admin.page, 'login-error').waitFor()
  await admin.shot('admin-login-error')
  await byId(admin.page, 'login-password').fill(server.login.password)
  await byId(admin.page, 'login-submit').click()
  await byId(admin.page, 'nav-overview').waitFor()
  await admin.shot('admin-overview')
})

test('the admin lets the shop in and copies the snippet', async () => {
  await byId(admin.page, 'nav-sites').click()
  await byId(admin.page, 'site-row').first().click()
  await byId(admin.page, 'site-tab-settings').click()
  const origins = byId(admin.page, 'site-settings').locator('textarea').first()
  await origins.fill(shop.origin)
  const saved = admin.page.waitForResponse((response) => response.request().method() === 'PATCH')
  await byId(admin.page, 'site-save').click()
  assert.equal((await saved).status(), 200)
  await byId(admin.page, 'site-tab-snippet').click()
  await byId(admin.page, 'live-check', '[data-state=waiting]').waitFor()
  await byId(admin.page, 'copy-snippet').click()
  shop.snippet = await admin.page.evaluate(() => navigator.clipboard.readText())
  assert.match(shop.snippet, new RegExp(server.site))
  await admin.shot('admin-snippet-waiting')
})

test('the admin makes an account for an agent', async () => {
  await byId(admin.page, 'nav-people').click()
  await byId(admin.page, 'user-create').click()
  await byId(admin.page, 'user-username').fill(credentials.username)
  await byId(admin.page, 'user-name').fill(credentials.name)
  await byId(admin.page, 'user-role').selectOption('agent')
  await byId(admin.page, 'user-submit').click()
  credentials.password = await byId(admin.page, 'user-password-once').innerText()
  assert.ok(credentials.password.length >= 12)
  await admin.shot('admin-people')
  await byId(admin.page, 'user-done').click()
})

test('the agent signs in and waits', async () => {
  agent = await add({ width: 1440, height: 900 })
  await agent.page.goto(`${server.address}/agent/`)
  await byId(agent.page, 'login-username').fill(credentials.username)
  await byId(agent.page, 'login-password').fill(credentials.password)
  await byId(agent.page, 'login-submit').click()
  await byId(agent.page, 'connection', '[data-state=live]').waitFor()
  await agent.shot('agent-empty')
})

test('a visitor on a phone opens the widget and writes', async () => {
  visitor = await add({ width: 390, height: 844, mobile: true })
  await visitor.page.goto(`${shop.origin}/cups`)
  await visitor.page.locator('hotdesk-widget').waitFor({ state: 'attached' })
  await visitor.page.waitForFunction(([x, y]) => document.elementFromPoint(x, y)?.localName === 'hotdesk-widget', [390 - 48, 844 - 48])
  await visitor.shot('visitor-launcher')
  await visitor.page.mouse.click(390 - 48, 844 - 48)
  panel = await widgetFrame(visitor.page)
  await panel.locator('main.panel').waitFor()
  await visitor.shot('visitor-home')
  if (!(await panel.locator('#hd-message').isVisible())) await panel.locator('main.panel .home button, main.panel .start').first().click()
  await panel.locator('#hd-message').waitFor()
  await say(`My filter cup came broken, is ${word} better?`)
  await panel.locator('.m.me:not(.wait)').waitFor()
  await byId(admin.page, 'nav-sites').click()
  await byId(admin.page, 'site-row').first().click()
  await byId(admin.page, 'site-tab-snippet').click()
  await byId(admin.page, 'live-check', '[data-state=seen]').waitFor()
  await admin.shot('admin-snippet-seen')
})

test('the two chat: assigned, typing, delivered, read', async () => {
  await byId(agent.page, 'conv-item').first().waitFor()
  await byId(agent.page, 'unread').first().waitFor()
  await agent.shot('agent-unread')
  await byId(agent.page, 'conv-item').first().click()
  await byId(agent.page, 'message').filter({ hasText: `is ${word} better?` }).waitFor() // 1.0.0 lets it through
  await byId(agent.page, 'composer').pressSequentially('Sorry to', { delay: 30 })
  await panel.locator('.typing, [class*=typing]').first().waitFor()
  await visitor.shot('visitor-typing')
  await answer('Sorry to hear that. I send you a new one today.')
  await bubbles(panel).filter({ hasText: 'a new one today' }).waitFor()
  await byId(agent.page, 'message-tick', '[data-state=read]').last().waitFor()
  await visitor.shot('visitor-chat')
  await agent.shot('agent-chat')
})

test('the admin swaps the filter while both keep typing; the very next message goes through it', async () => {
  const sockets = { agent: 0, visitor: 0 }
  agent.page.on('websocket', () => sockets.agent++)
  visitor.page.on('websocket', () => sockets.visitor++)
  await byId(admin.page, 'nav-plugins').click()
  await byId(admin.page, 'plugin-row', '[data-plugin="org.hotdesk.filtering"]').click()
  await byId(admin.page, 'version-row', '[data-version="1.0.0"]').waitFor()
  await admin.shot('admin-plugin-before')
  await say(`before: ${word}`)
  await bubbles(panel).filter({ hasText: `before: ${word}` }).waitFor()
  await panel.locator('#hd-message').fill('half a sent')
  await byId(agent.page, 'composer').fill('half an ans')
  await byId(admin.page, 'activate', '[data-version="1.1.0"]').click()
  const confirm = byId(admin.page, 'confirm')
  if (await confirm.isVisible({ timeout: 1000 }).catch(() => false)) {
    await admin.shot('admin-swap-confirm')
    await confirm.click()
  }
  await byId(admin.page, 'version-row', '[data-version="1.1.0"][data-role="stable"]').waitFor()
  assert.equal(await panel.locator('#hd-message').inputValue(), 'half a sent')
  assert.equal(await byId(agent.page, 'composer').inputValue(), 'half an ans')
  await say(`after: ${word}`)
  await byId(agent.page, 'message').filter({ hasText: /after: [*＊]+/ }).waitFor()
  assert.equal(await count(byId(agent.page, 'message'), `after: ${word}`), 0)
  await answer('nothing was interrupted')
  await bubbles(panel).filter({ hasText: 'nothing was interrupted' }).waitFor()
  assert.deepEqual(sockets, { agent: 0, visitor: 0 }, 'no new socket: none was closed')
  await admin.shot('admin-plugin-after')
})

test('the host is killed in the middle of the talk: both carry on, everything there once', async () => {
  await server.down()
  await byId(agent.page, 'connection', '[data-state=offline]').waitFor()
  await panel.locator('.recon').waitFor()
  await say('written while the server was dead')
  await answer('this too')
  await visitor.shot('visitor-reconnecting')
  await agent.shot('agent-offline')
  await server.up()
  await byId(agent.page, 'connection', '[data-state=live]').waitFor({ timeout: 60_000 })
  await byId(agent.page, 'message').filter({ hasText: 'written while the server was dead' }).waitFor({ timeout: 60_000 })
  await bubbles(panel).filter({ hasText: 'this too' }).waitFor({ timeout: 60_000 })
  await server.kill9() // and once without a warning: the service manager brings it back
  await say('one more')
  await byId(agent.page, 'message').filter({ hasText: 'one more' }).waitFor({ timeout: 60_000 })
  for (const text of ['broken, is', 'before:', 'after:', 'written while', 'one more']) {
    assert.equal(await count(byId(agent.page, 'message'), text), 1, `${text} at the agent`)
    assert.equal(await count(bubbles(panel), text), 1, `${text} at the visitor`)
  }
  for (const text of ['a new one today', 'nothing was interrupted', 'this too']) {
    assert.equal(await count(byId(agent.page, 'message'), text), 1, `${text} at the agent`)
    assert.equal(await count(bubbles(panel), text), 1, `${text} at the visitor`)
  }
  await visitor.shot('visitor-after')
  await agent.shot('agent-after')
})

test('a reload keeps the conversation; roll back; the chat is resolved and rated', async () => {
  await byId(admin.page, 'rollback').click()
  const confirm = byId(admin.page, 'confirm')
  if (await confirm.isVisible({ timeout: 1000 }).catch(() => false)) await confirm.click()
  await byId(admin.page, 'version-row', '[data-version="1.0.0"][data-role="stable"]').waitFor()
  await visitor.page.reload()
  await visitor.page.locator('hotdesk-widget').waitFor({ state: 'attached' })
  await byId(agent.page, 'resolve').click()
  await byId(agent.page, 'conv-status', '[data-status=closed]').waitFor()
  await agent.shot('agent-closed')
})

test('no page complained and none asked another host', async () => {
  for (const one of people) {
    assert.deepEqual(one.watch.unexpected, [])
    assert.deepEqual(one.watch.foreign, [])
  }
})

test('the same pages in Chinese and in the dark', async () => {
  const zh = await add({ width: 1440, height: 900, locale: 'zh-CN', dark: true })
  await zh.page.goto(`${server.address}/agent/`)
  await byId(zh.page, 'login-username').waitFor()
  await zh.shot('agent-login-dark-zh')
  await byId(zh.page, 'login-username').fill(server.login.username)
  await byId(zh.page, 'login-password').fill(server.login.password)
  await byId(zh.page, 'login-submit').click()
  await byId(zh.page, 'connection', '[data-state=live]').waitFor()
  await zh.page.goto(`${server.address}/admin/plugins`)
  await byId(zh.page, 'plugin-row').first().waitFor()
  await zh.shot('admin-plugins-dark-zh')
  assert.deepEqual(zh.watch.unexpected, [])
})
