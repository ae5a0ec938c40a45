import type { Overview, Site, Person } from '../../types'

/** Something an admin should look at, worst first. Words are message keys with values. */
export interface Attention {
  id: string
  level: 'bad' | 'warn'
  icon: 'chat' | 'plug' | 'site' | 'users'
  title: string
  text: string
  values: Record<string, string | number>
  to: string
  link: string
}

/** A plugin is worth a look from one error in a hundred calls on. */
const errorShare = 0.01

export function attentionOf(overview: Overview, sites: readonly Site[] | null): Attention[] {
  const found: Attention[] = []
  const { waiting } = overview.conversations
  if (waiting > 0 && overview.agents_online === 0)
    found.push({ id: 'nobody', level: 'bad', icon: 'users', title: 'overview.look.nobody', text: 'overview.look.nobody_text', values: { n: waiting }, to: '/people', link: 'overview.look.people' })
  else if (waiting > 0)
    found.push({ id: 'waiting', level: 'warn', icon: 'chat', title: 'overview.look.waiting', text: 'overview.look.waiting_text', values: { n: waiting, agents: overview.agents_online }, to: '/people', link: 'overview.look.people' })
  for (const plugin of overview.plugins)
    if (plugin.errors > 0 && plugin.errors >= plugin.calls * errorShare)
      found.push({ id: `plugin-${plugin.id}`, level: 'warn', icon: 'plug', title: 'overview.look.errors', text: 'overview.look.errors_text', values: { name: plugin.name, errors: plugin.errors, calls: plugin.calls }, to: `/plugins/${plugin.id}/rollout`, link: 'overview.look.compare' })
  for (const site of sites ?? [])
    if (site.active && site.last_ping === null)
      found.push({ id: `site-${site.id}`, level: 'warn', icon: 'site', title: 'overview.look.silent', text: 'overview.look.silent_text', values: { name: site.name }, to: `/sites/${site.id}/snippet`, link: 'overview.look.snippet' })
  return found
}

export interface Step {
  key: 'site' | 'snippet' | 'people' | 'message'
  done: boolean
  to: string
}

/** The way from an empty installation to the first message; null once everything is done. */
export function firstSteps(overview: Overview, sites: readonly Site[], users: readonly Person[]): Step[] | null {
  const talked = overview.messages_today > 0 || overview.conversations.open + overview.conversations.closed_today + overview.conversations.waiting > 0
  const first = sites[0]
  const steps: Step[] = [
    { key: 'site', done: sites.length > 0, to: '/sites?create=1' },
    { key: 'snippet', done: sites.some((s) => s.last_ping !== null), to: first ? `/sites/${first.id}/snippet` : '/sites' },
    { key: 'people', done: users.some((u) => u.role === 'agent'), to: '/people?create=1' },
    { key: 'message', done: talked, to: '/agent/' },
  ]
  return steps.every((step) => step.done) ? null : steps
}
