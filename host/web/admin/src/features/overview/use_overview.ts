import { computed, ref, shallowRef, watch } from 'vue'
import { rest } from '../../rest'
import { usePoll } from '../../shared/poll'
import { attentionOf, firstSteps } from './attention'
import { callsPerMinute, remember, type Sample } from './history'

const everyMs = 2000
/** Sites, people and agents change rarely; they only feed the lists beside the counters. */
const slowMs = 10_000

export function useOverview() {
  const { data: overview, problem, slow, refresh } = usePoll(rest.overview, everyMs)
  const sites = usePoll(() => rest.sites({ limit: 100 }), slowMs)
  const users = usePoll(() => rest.users({ limit: 100 }), slowMs)
  const agents = usePoll(rest.agents, slowMs / 2)

  const history = shallowRef<Sample[]>([])
  const updated = ref<Date | null>(null)
  watch(overview, (now) => {
    if (!now) return
    updated.value = new Date()
    history.value = remember(history.value, { at: Date.now(), overview: now })
  })

  const series = (of: (sample: Sample) => number): number[] => history.value.map(of)
  const metrics = computed(() => {
    const o = overview.value
    if (!o) return []
    return [
      { key: 'visitors', value: o.visitors_online, sub: ['overview.m.visitors_sub', o.connections] as const, tone: 't3', spark: series((s) => s.overview.visitors_online), color: 'var(--hd-c-1)' },
      { key: 'agents', value: o.agents_online, sub: ['overview.m.agents_sub', users.data.value?.data.filter((u) => u.active).length ?? 0] as const, tone: 't3', spark: series((s) => s.overview.agents_online), color: 'var(--hd-c-3)' },
      { key: 'open', value: o.conversations.open, sub: [o.conversations.open > 0 ? 'overview.m.open_sub' : 'overview.m.open_none', 0] as const, tone: 't3', spark: series((s) => s.overview.conversations.open), color: 'var(--hd-c-1)' },
      { key: 'waiting', value: o.conversations.waiting, sub: [o.conversations.waiting > 0 ? 'overview.m.waiting_sub' : 'overview.m.waiting_none', 0] as const, tone: o.conversations.waiting > 0 ? 'warn-t' : 't3', spark: series((s) => s.overview.conversations.waiting), color: 'var(--hd-c-2)' },
      { key: 'closed', value: o.conversations.closed_today, sub: ['overview.m.today', 0] as const, tone: 't3', spark: series((s) => s.overview.conversations.closed_today), color: 'var(--hd-c-3)' },
      { key: 'messages', value: o.messages_today, sub: ['overview.m.today', 0] as const, tone: 't3', spark: series((s) => s.overview.messages_today), color: 'var(--hd-c-1)' },
    ]
  })
  const attention = computed(() => (overview.value ? attentionOf(overview.value, sites.data.value?.data ?? null) : []))
  const steps = computed(() => {
    const s = sites.data.value?.data
    const u = users.data.value?.data
    return overview.value && s && u ? firstSteps(overview.value, s, u) : null
  })
  const perMinute = (pluginId: string): number | null => callsPerMinute(history.value, pluginId)
  return { overview, problem, slow, refresh, updated, metrics, attention, steps, agents: agents.data, perMinute }
}
