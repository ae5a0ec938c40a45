import type { ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { rest, toProblem } from '../../rest'
import { confirm } from '../../shared/confirm'
import { trimmed } from '../../shared/format'
import { why } from '../../shared/problem_words'
import { toast } from '../../shared/toasts'
import type { Plugin, RolloutStep } from '../../types'

type Act = (name: string, call: () => Promise<Plugin>, what: string) => Promise<Plugin | null>

/** What is done to a release beyond switching: plans, shadow, pins, marks, policies. `act` shows what it ran into. */
export function usePlan(plugin: ComputedRef<Plugin | null>, act: Act, refresh: () => Promise<void>) {
  const { t } = useI18n()

  async function startPlan(version: string, steps: RolloutStep[]): Promise<boolean> {
    const p = plugin.value
    if (!p || !(await act('plan', () => rest.startRollout(p.id, version, steps), t('plugins.plan.failed', { version })))) return false
    toast(t('plugins.plan.started', { version, percent: trimmed(steps[0]?.percent ?? 1) }))
    return true
  }
  async function pausePlan(): Promise<void> {
    const p = plugin.value
    if (p && (await act('plan', () => rest.pauseRollout(p.id), t('plugins.plan.pause_failed')))) toast(t('plugins.plan.paused_done'))
  }
  async function resumePlan(): Promise<void> {
    const p = plugin.value
    if (p && (await act('plan', () => rest.resumeRollout(p.id), t('plugins.plan.resume_failed')))) toast(t('plugins.plan.resumed_done'))
  }
  /** The canary stays where it is; only the plan lets go of it. */
  async function stopPlan(): Promise<void> {
    const p = plugin.value
    if (!p || !(await confirm({ title: t('plugins.plan.stop_title'), text: [t('plugins.plan.stop_text')], action: t('plugins.plan.stop') }))) return
    if (await act('plan', () => rest.stopRollout(p.id), t('plugins.plan.stop_failed'))) toast(t('plugins.plan.stopped_done'))
  }

  async function setShadow(version: string | null): Promise<void> {
    const p = plugin.value
    if (!p) return
    const done = await act('shadow', () => rest.setShadow(p.id, version), t('plugins.shadow.failed'))
    if (done) toast(version === null ? t('plugins.shadow.ended') : t('plugins.shadow.started', { version }))
  }
  async function pin(version: string): Promise<void> {
    const p = plugin.value
    if (p && (await act('pin', () => rest.pin(p.id, version), t('plugins.pin.failed')))) toast(t('plugins.pin.done', { version }))
  }
  async function follow(): Promise<void> {
    const p = plugin.value
    if (!p || !(await confirm({ title: t('plugins.pin.follow_title'), text: [t('plugins.pin.follow_text')], action: t('plugins.pin.follow') }))) return
    if (await act('pin', () => rest.follow(p.id), t('plugins.pin.follow_failed'))) toast(t('plugins.pin.follow_done'))
  }

  async function mark(version: string, reason: string): Promise<boolean> {
    const p = plugin.value
    if (!p || !(await act('mark', () => rest.markVersion(p.id, version, reason), t('plugins.mark.failed', { version })))) return false
    toast(t('plugins.mark.done', { version }))
    return true
  }
  async function clearMark(version: string): Promise<void> {
    const p = plugin.value
    if (!p || !(await confirm({ title: t('plugins.mark.clear_title', { version }), text: [t('plugins.mark.clear_text')], action: t('plugins.mark.clear') }))) return
    if (await act('mark', () => rest.clearMark(p.id, version), t('plugins.mark.clear_failed', { version }))) toast(t('plugins.mark.cleared', { version }))
  }
  async function deleteVersion(version: string): Promise<void> {
    const p = plugin.value
    if (!p || !(await confirm({ title: t('plugins.delete.title', { name: p.name, version }), text: [t('plugins.delete.text')], action: t('plugins.delete.action', { version }), danger: true, type: version }))) return
    try {
      await rest.deleteVersion(p.id, version)
      toast(t('plugins.delete.done', { version }))
    } catch (error) {
      toast(`${t('plugins.delete.failed', { version })} ${why(toProblem(error))}`, { bad: true })
    }
    await refresh()
  }

  async function setPolicy(extension: string, failClosed: boolean): Promise<boolean> {
    const p = plugin.value
    if (!p || !(await act('policy', () => rest.setPolicy(p.id, extension, failClosed), t('plugins.policy.failed')))) return false
    toast(t(failClosed ? 'plugins.policy.closed_done' : 'plugins.policy.open_done'))
    return true
  }
  return { startPlan, pausePlan, resumePlan, stopPlan, setShadow, pin, follow, mark, clearMark, deleteVersion, setPolicy }
}
