import { expect, it } from 'vitest'
import { makeRouter } from './router'

const router = makeRouter()

it('names a tab in every address of a plugin, so that a reload is no request for a file', () => {
  expect(router.resolve('/plugins/org.hotdesk.filtering/rollout').name).toBe('plugin')
  expect(router.resolve('/plugins/org.hotdesk.filtering/settings').params).toEqual({ id: 'org.hotdesk.filtering', tab: 'settings' })
  const bare = router.getRoutes().find((r) => r.path === '/plugins/:id')
  expect(typeof bare?.redirect === 'function' && bare.redirect(router.resolve('/plugins/org.hotdesk.filtering'), router.currentRoute.value)).toBe('/plugins/org.hotdesk.filtering/rollout')
})

it('knows its pages and admits what it does not have', () => {
  expect(['/', '/sites', '/sites/1', '/sites/1/keys', '/people', '/plugins', '/security', '/security/audit', '/sign-in', '/nope', '/sites/1/nope'].map((path) => router.resolve(path).name)).toEqual(['overview', 'sites', 'site', 'site', 'people', 'plugins', 'security', 'security', 'sign-in', 'missing', 'missing'])
})
