import { createRouter, createWebHistory, type Router } from 'vue-router'
import { mayAdminister, useSession } from './session'

declare module 'vue-router' {
  interface RouteMeta {
    /** Message key of the page's name: document title and drawer. */
    title?: string
    open?: boolean
  }
}

/** Where a link in `next` may lead: inside the panel only, so that a crafted link can't send people away. */
export const safeNext = (next: unknown): string => (typeof next === 'string' && /^\/(?![/\\])/.test(next) && !next.startsWith('/sign-in') ? next : '/')

export function makeRouter(): Router {
  const router = createRouter({
    history: createWebHistory('/admin/'),
    routes: [
      { path: '/sign-in', name: 'sign-in', component: () => import('./features/sign_in/View.vue'), meta: { open: true, title: 'sign_in.title' } },
      {
        path: '/',
        component: () => import('./shell/Shell.vue'),
        children: [
          { path: '', name: 'overview', component: () => import('./features/overview/View.vue'), meta: { title: 'nav.overview' } },
          { path: 'sites', name: 'sites', component: () => import('./features/sites/View.vue'), meta: { title: 'nav.sites' } },
          { path: 'sites/:id/:tab(snippet|widget|settings|keys)?', name: 'site', component: () => import('./features/sites/SiteView.vue'), meta: { title: 'nav.sites' } },
          { path: 'people', name: 'people', component: () => import('./features/people/View.vue'), meta: { title: 'nav.people' } },
          { path: 'plugins', name: 'plugins', component: () => import('./features/plugins/View.vue'), meta: { title: 'nav.plugins' } },
          { path: 'plugins/install', name: 'plugin-install', component: () => import('./features/plugins/install/InstallView.vue'), meta: { title: 'plugins.install.title' } },
          { path: 'plugins/trust', name: 'plugin-trust', component: () => import('./features/plugins/trust/TrustView.vue'), meta: { title: 'plugins.trust.title' } },
          // A plugin's id has dots, and the server takes a last part with a dot for a file: the tab is always named.
          { path: 'plugins/:id', redirect: (to) => `${to.path.replace(/\/$/, '')}/rollout` },
          { path: 'plugins/:id/:tab(rollout|settings|access|events)', name: 'plugin', component: () => import('./features/plugins/PluginView.vue'), meta: { title: 'nav.plugins' } },
          { path: 'knowledge', name: 'knowledge', component: () => import('./features/knowledge/View.vue'), meta: { title: 'nav.knowledge' } },
          { path: 'security/:tab(logins|audit)?', name: 'security', component: () => import('./features/security/View.vue'), meta: { title: 'nav.security' } },
          { path: ':rest(.*)*', name: 'missing', component: () => import('./shell/Missing.vue'), meta: { title: 'missing.title' } },
        ],
      },
    ],
  })
  let asked = false
  router.beforeEach(async (to) => {
    if (to.meta.open) return true
    const session = useSession()
    if (!session.me && !asked) {
      asked = true
      try {
        await session.restore()
      } catch {
        // The sign-in page says that the server is away, and goes on by itself once it is back.
        asked = false
      }
    }
    if (session.me && mayAdminister(session.me)) return true
    return { name: 'sign-in', query: to.fullPath === '/' ? {} : { next: to.fullPath } }
  })
  return router
}
