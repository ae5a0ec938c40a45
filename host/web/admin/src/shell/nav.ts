import type { IconName } from '../shared/icons'

export interface NavItem {
  to: string
  icon: IconName
  key: string
  testid: string
}

/** Only what works is listed; a group without a title comes first. */
export const nav: { title: string | null; items: NavItem[] }[] = [
  { title: null, items: [{ to: '/', icon: 'home', key: 'nav.overview', testid: 'nav-overview' }] },
  {
    title: 'nav.channels',
    items: [
      { to: '/sites', icon: 'site', key: 'nav.sites', testid: 'nav-sites' },
      { to: '/knowledge', icon: 'book', key: 'nav.knowledge', testid: 'nav-knowledge' },
    ],
  },
  { title: 'nav.team', items: [{ to: '/people', icon: 'users', key: 'nav.people', testid: 'nav-people' }] },
  {
    title: 'nav.platform',
    items: [
      { to: '/plugins', icon: 'plug', key: 'nav.plugins', testid: 'nav-plugins' },
      { to: '/security', icon: 'shield', key: 'nav.security', testid: 'nav-security' },
    ],
  },
]

/** The overview is "/" alone; the others own everything below them. */
export const isCurrent = (item: NavItem, path: string): boolean => (item.to === '/' ? path === '/' : path === item.to || path.startsWith(`${item.to}/`))
