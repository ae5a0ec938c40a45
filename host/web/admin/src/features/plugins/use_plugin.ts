import { computed, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { rest, toProblem, type Problem } from '../../rest'
import { confirm } from '../../shared/confirm'
import { count, trimmed } from '../../shared/format'
import { usePoll } from '../../shared/poll'
import { toast } from '../../shared/toasts'
import { useCanary } from '../../shell/canary'
import type { Plugin } from '../../types'
import { remember, type Sample } from './live'
import { rollbackOf } from './release_view'
import { usePlan } from './use_plan'

const everyMs = 1000

/** One plugin, read every second, and every act on it. `id` is a getter because the route may change under us. */
export function usePlugin(id: () => string) {
  const { t } = useI18n()
  const { data, problem, slow, refresh } = usePoll(rest.plugins, everyMs)
  const overview = usePoll(rest.overview, 5000)
  const plugin = computed<Plugin | null>(() => data.value?.find((p) => p.id === id()) ?? null)
  const missing = computed(() => data.value !== null && plugin.value === null)
  const history = shallowRef<Sample[]>([])
  watch(id, () => (history.value = []))
  const canaryChip = useCanary()
  watch(data, (now) => {
    if (now) canaryChip.see(now)
    if (plugin.value) history.value = remember(history.value, plugin.value, Date.now())
  })

  /** The running act, and what the last one ran into. */
  const busy = ref<string | null>(null)
  const failed = shallowRef<{ problem: Problem; what: string; safe: string } | null>(null)

  async function act(name: string, call: () => Promise<Plugin>, what: string): Promise<Plugin | null> {
    if (busy.value !== null) return null
    busy.value = name
    failed.value = null
    const before = plugin.value
    try {
      const now = await call()
      if (data.value) data.value = data.value.map((p) => (p.id === now.id ? now : p))
      // A poll that was under way would bring back the state of before.
      void refresh()
      return now
    } catch (error) {
      const stable = before?.release.stable
      failed.value = { problem: toProblem(error), what, safe: stable ? t('plugins.still', { version: stable }) : '' }
      return null
    } finally {
      busy.value = null
    }
  }

  const connections = (): string => (overview.data.value ? t('plugins.safe.sockets_n', { n: count(overview.data.value.connections) }) : t('plugins.safe.sockets'))

  async function activate(version: string): Promise<void> {
    const p = plugin.value
    if (!p) return
    const { stable, candidate } = p.release
    const text = [stable ? t('plugins.activate.text', { version, stable }) : t('plugins.activate.first', { version })]
    if (candidate !== null) text.push(t(candidate === version ? 'plugins.activate.ends_own' : 'plugins.activate.ends', { candidate }))
    const safe = [connections(), t('plugins.safe.chats')]
    if (stable) safe.push(t('plugins.safe.back', { stable }))
    if (!(await confirm({ title: t('plugins.activate.title', { name: p.name, version }), text, safe, action: t('plugins.activate.action', { version }) }))) return
    if (await act(`activate ${version}`, () => rest.activate(p.id, version), t('plugins.activate.failed', { version }))) toast(t('plugins.activate.done', { name: p.name, version }))
  }

  async function canary(version: string, percent: number): Promise<void> {
    const p = plugin.value
    if (!p) return
    if (await act('canary', () => rest.canary(p.id, version, percent), t('plugins.canary.failed', { version }))) toast(t('plugins.canary.done', { version, percent: trimmed(percent) }))
  }

  async function promote(): Promise<void> {
    const p = plugin.value
    const candidate = p?.release.candidate
    if (!p || !candidate) return
    const stable = p.release.stable ?? ''
    const asked = { title: t('plugins.promote.title', { candidate }), text: [t('plugins.promote.text', { candidate, stable })], safe: [connections(), t('plugins.safe.pinned', { stable }), t('plugins.safe.back', { stable })], action: t('plugins.promote.action', { candidate }) }
    if (!(await confirm(asked))) return
    if (await act('promote', () => rest.promote(p.id), t('plugins.promote.failed', { candidate }))) toast(t('plugins.promote.done', { candidate }))
  }

  /** Safe and reversible: no question, an undo instead. */
  async function rollback(): Promise<void> {
    const p = plugin.value
    if (!p) return
    const plan = rollbackOf(p)
    if (plan.kind === 'none') return
    const { percent } = p.release
    const done = await act('rollback', () => rest.rollback(p.id), t('plugins.rollback.failed', { version: plan.to }))
    if (!done) return
    const again = plan.kind === 'canary' ? () => rest.canary(p.id, plan.from, percent) : () => rest.activate(p.id, plan.from)
    toast(t('plugins.rollback.done', { version: plan.to }), {
      action: { label: t('common.undo'), run: () => void act('undo', again, t('plugins.activate.failed', { version: plan.from })) },
    })
  }

  async function setEnabled(on: boolean): Promise<void> {
    const p = plugin.value
    if (!p) return
    if (!on && !(await confirm({ title: t('plugins.disable.title', { name: p.name }), text: [t('plugins.disable.text')], safe: [connections(), t('plugins.disable.again')], action: t('plugins.disable.action'), danger: true }))) return
    const done = await act('enabled', () => (on ? rest.enable(p.id) : rest.disable(p.id)), t(on ? 'plugins.enable.failed' : 'plugins.disable.failed', { name: p.name }))
    if (done) toast(t(on ? 'plugins.enable.done' : 'plugins.disable.done', { name: p.name }))
  }

  /** Saves the configuration; the server's objections come back for the fields to show. */
  async function configure(config: Record<string, unknown>): Promise<Problem | null> {
    const p = plugin.value
    if (!p) return null
    try {
      const now = await rest.configure(p.id, config)
      if (data.value) data.value = data.value.map((other) => (other.id === now.id ? now : other))
      toast(t('plugins.config.saved', { name: p.name }))
      void refresh()
      return null
    } catch (error) {
      return toProblem(error)
    }
  }
  const plan = usePlan(plugin, act, refresh)
  return { plugin, missing, problem, slow, refresh, history, busy, failed, activate, canary, promote, rollback, setEnabled, configure, ...plan }
}
