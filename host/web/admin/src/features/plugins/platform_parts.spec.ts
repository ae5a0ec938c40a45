import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { i18n } from '../../i18n'
import type { Plugin, Rollout } from '../../types'
import { amounts } from './budgets'
import { eventView } from './event_view'
import GrantForm from './GrantForm.vue'
import HealthCard from './HealthCard.vue'
import PlanEditor from './PlanEditor.vue'
import ReleaseCard from './ReleaseCard.vue'
import RolledBackBanner from './RolledBackBanner.vue'
import { rolledBackOf } from './rolled_back'
import { stateOf } from './release_view'
import RolloutHero from './RolloutHero.vue'
import SideBySide from './SideBySide.vue'
import { aPlugin, aVersion } from './samples'
import VersionTable from './VersionTable.vue'

const server = vi.hoisted(() => ({ checkHealth: vi.fn() }))
vi.mock('../../rest', async (original) => ({ ...(await original<typeof import('../../rest')>()), rest: server }))

const global = { plugins: [i18n] }
enableAutoUnmount(afterEach)
beforeEach(() => {
  i18n.global.locale.value = 'en'
  localStorage.clear()
  server.checkHealth.mockReset()
})
const canary = aPlugin({ release: { stable: '1.0.0', previous: null, candidate: '1.1.0', percent: 10 } })
const rollout = (more: Partial<Rollout> = {}): Rollout => ({ version: '1.1.0', steps: [{ percent: 10, hold_s: 600 }, { percent: 100, hold_s: 600 }], step: 0, since: new Date().toISOString(), next_at: new Date(Date.now() + 600_000).toISOString(), state: 'running', reason: null, evidence: {}, ...more })

describe('a version that went back by itself', () => {
  const evidence = { stable: { version: '1.0.0', calls: 900, errors: 1 }, candidate: { version: '1.1.0', calls: 60, errors: 12 } }
  const gone = (since: string): Plugin => aPlugin({ rollout: rollout({ state: 'rolled_back', next_at: null, since, reason: '12 of 60 calls failed', evidence }) })

  it('says which, why, and the numbers, until it is dismissed', async () => {
    const plugin = gone('2026-01-01T00:00:00Z')
    const view = mount(RolledBackBanner, { props: { plugin }, global })
    expect(view.text()).toContain('1.1.0 was taken back by itself; 1.0.0 serves everybody')
    expect(view.text()).toContain('12 of 60 calls failed')
    expect(view.get('[data-testid=evidence]').text()).toContain('20.0%')
    expect(stateOf(plugin)).toBe('rolled_back')
    await view.get('[data-testid=rolled-back-dismiss]').trigger('click')
    expect(view.find('[data-testid=rolled-back]').exists()).toBe(false)
    expect(stateOf(plugin)).toBe('active')
    expect(mount(RolledBackBanner, { props: { plugin }, global }).find('[data-testid=rolled-back]').exists()).toBe(false)
  })
  it('tells the next one again', async () => {
    const view = mount(RolledBackBanner, { props: { plugin: gone('2026-02-01T00:00:00Z') }, global })
    await view.get('[data-testid=rolled-back-dismiss]').trigger('click')
    await view.setProps({ plugin: gone('2026-02-01T00:05:00Z') })
    expect(view.find('[data-testid=rolled-back]').exists()).toBe(true)
  })
  it('finds the reason in the mark where there was no plan, and stays quiet about marks people set', () => {
    const marked = (more: object): Plugin => aPlugin({ versions: [aVersion('1.0.0'), aVersion('1.1.0', { bad: { reason: 'it crashed', at: '2026-03-01T00:00:00Z', ...more } })] })
    expect(rolledBackOf(marked({ evidence: { signal: 'SIGSEGV' } }))).toMatchObject({ version: '1.1.0', to: '1.0.0', reason: 'it crashed' })
    expect(rolledBackOf(marked({ evidence: {} }))).toBeNull()
  })
  it('falls back on the breaker', () => {
    expect(rolledBackOf(aPlugin({ breaker: { state: 'open', trips: 1, reason: 'too slow', at: '2026-03-01T00:00:00Z' } }))).toMatchObject({ reason: 'too slow' })
    expect(rolledBackOf(aPlugin({ breaker: { state: 'closed', trips: 3, reason: 'too slow', at: null } }))).toBeNull()
  })
})

describe('a plan', () => {
  it('is typed, and started with the version that was chosen', async () => {
    const hero = mount(RolloutHero, { props: { plugin: aPlugin(), busy: null }, global })
    await hero.get('[data-testid=plan-open]').trigger('click')
    await hero.get('[data-testid=plan-percent-0]').setValue('5')
    await hero.get('[data-testid=plan-hold-0]').setValue('30')
    await hero.get('[data-testid=plan-unit-0]').setValue('s')
    await hero.get('[data-testid=plan-editor]').trigger('submit')
    expect(hero.emitted('plan')).toEqual([['1.1.0', [{ percent: 5, hold_s: 30 }, { percent: 10, hold_s: 600 }, { percent: 50, hold_s: 600 }, { percent: 100, hold_s: 600 }]]])
  })
  it('stays open and typed while the plugin is read again and again', async () => {
    const hero = mount(RolloutHero, { props: { plugin: canary, busy: null }, global })
    await hero.get('[data-testid=plan-open]').trigger('click')
    await hero.get('[data-testid=canary-percent]').setValue('12.5')
    await hero.setProps({ plugin: { ...canary, release: { ...canary.release } } })
    expect(hero.find('[data-testid=plan-editor]').exists()).toBe(true)
    expect((hero.get('[data-testid=canary-percent]').element as HTMLInputElement).value).toBe('12.5')
  })
  it('begins above the share the candidate has already', () => {
    const editor = mount(PlanEditor, { props: { version: '1.1.0', from: 10, busy: false }, global })
    expect(editor.findAll<HTMLInputElement>('[data-testid^=plan-percent]').map((input) => input.element.value)).toEqual(['50', '100'])
  })
  it('names the step that does not rise and sends nothing', async () => {
    const editor = mount(PlanEditor, { props: { version: '1.1.0', from: 0, busy: false }, global })
    await editor.get('[data-testid=plan-percent-1]').setValue('1')
    await editor.trigger('submit')
    expect(editor.emitted('start')).toBeUndefined()
    expect(editor.text()).toContain('More than the step before')
  })
  it('is paused while it runs and resumed while it waits', async () => {
    const running = mount(RolloutHero, { props: { plugin: { ...canary, rollout: rollout() }, busy: null }, global })
    expect(running.get('[data-testid=plan-next]').text()).toMatch(/Next step in (10|9) min/)
    await running.get('[data-testid=plan-pause]').trigger('click')
    expect(running.emitted('pause')).toHaveLength(1)
    expect(running.find('[data-testid=plan-open]').exists()).toBe(false)
    const paused = mount(RolloutHero, { props: { plugin: { ...canary, rollout: rollout({ state: 'paused', next_at: null }) }, busy: null }, global })
    await paused.get('[data-testid=plan-resume]').trigger('click')
    expect(paused.emitted('resume')).toHaveLength(1)
  })
})

it('tries a version in shadow and ends that again', async () => {
  const before = mount(RolloutHero, { props: { plugin: aPlugin(), busy: null }, global })
  await before.get('[data-testid=shadow-start]').trigger('click')
  expect(before.emitted('shadow')).toEqual([['1.1.0']])
  const shadow = { ...canary, release: { ...canary.release, percent: 0, shadow: true } }
  expect(stateOf(shadow)).toBe('shadow')
  const view = mount(RolloutHero, { props: { plugin: shadow, busy: null }, global })
  await view.get('[data-testid=shadow-end]').trigger('click')
  expect(view.emitted('shadow')).toEqual([[null]])
})

describe('side by side', () => {
  const props = { stable: canary.versions[0]!, other: { version: { ...canary.versions[1]!, shadow: { calls: 100, differences: 3, errors: 0 } }, role: 'candidate' as const }, history: [] }
  it('says the verdict and what the shadow found', () => {
    const figures = { version: '1.1.0', calls: 60, errors: 6, refused: 0, rewritten: 0, p50_us: 10, p99_us: 20 }
    const view = mount(SideBySide, { props: { ...props, compare: { stable: { ...figures, version: '1.0.0', errors: 0 }, candidate: figures, windows: [], verdict: { state: 'worse', reason: '6 of 60 calls failed' } } }, global })
    expect(view.get('[data-testid=verdict]').text()).toBe('1.1.0 does worse. 6 of 60 calls failed')
    expect(view.get('[data-testid=shadow-counts]').text()).toContain('3 answers differ (3.00%)')
    expect(view.text()).toContain('10.0%')
  })
  it('needs no comparison to show the counters', () => {
    expect(mount(SideBySide, { props, global }).find('[data-testid=verdict]').exists()).toBe(false)
  })
})

describe('a grant', () => {
  const props = { grant: { lane: null, permissions: ['kv'], budgets: {} }, level: 'vendor' as const, min: null, usual: 'runner' as const, asked: ['kv', 'messages'], amounts: amounts({ kv_bytes: 10 }, {}, { kv_bytes: 5 }) }
  it('bars the lanes that the level does not allow, and says why', () => {
    const form = mount(GrantForm, { props, global })
    expect(form.get('[data-testid=grant-lane-inline]').attributes('disabled')).toBeDefined()
    expect(form.get('[data-testid=grant-lane-pool]').attributes('disabled')).toBeUndefined()
    expect(form.text()).toContain('Only for built-in plugins')
    expect(form.text()).toContain('its crash takes the host with it')
  })
  it('gives and takes permissions and amounts', async () => {
    const form = mount(GrantForm, { props, global })
    await form.get('[data-testid=permission-messages]').setValue(true)
    await form.get('[data-testid=permission-kv]').setValue(false)
    await form.get('#budget-kv_bytes').setValue('7')
    expect(form.emitted('change')).toEqual([[{ lane: null, permissions: ['kv', 'messages'], budgets: {} }], [{ lane: null, permissions: [], budgets: {} }], [{ lane: null, permissions: ['kv'], budgets: { kv_bytes: 7 } }]])
  })
})

describe('the details of a version', () => {
  const plugin = aPlugin({ versions: [aVersion('1.0.0', { state: 'active' }), aVersion('1.1.0', { bad: { reason: 'it crashed', at: '2026-01-01T00:00:00Z' } }), aVersion('0.9.0', { crashes: 2, timeouts: 1, late: 0, runner: { state: 'backoff', pid: null, restarts: 3, last_crash: 'SIGSEGV' } })] })
  const open = async (version: string, trusts: boolean) => {
    const table = mount(VersionTable, { props: { plugin, history: [], busy: null, trusts }, global })
    await table.get(`[data-version="${version}"] [data-testid=version-details]`).trigger('click')
    return table
  }
  it('shows the runner and its crashes, marks with a reason, deletes', async () => {
    const table = await open('0.9.0', true)
    expect(table.get('[data-testid=runner]').text()).toContain('restarts 3')
    expect(table.text()).toContain('SIGSEGV')
    await table.get('[data-testid=mark-open]').trigger('click')
    await table.get('[data-testid=mark-why]').setValue(' answers in rhymes ')
    await table.get('.mk').trigger('submit')
    expect(table.emitted('mark')).toEqual([['0.9.0', 'answers in rhymes']])
    await table.get('[data-testid=version-delete]').trigger('click')
    expect(table.emitted('remove')).toEqual([['0.9.0']])
  })
  it('clears a mark, and never offers a marked version', async () => {
    const table = await open('1.1.0', true)
    expect(table.get('[data-testid=mark-reason]').text()).toContain('it crashed')
    expect(table.findAll('[data-testid=activate]').map((b) => b.attributes('data-version'))).toEqual(['0.9.0'])
    await table.get('[data-testid=mark-clear]').trigger('click')
    expect(table.emitted('clear')).toEqual([['1.1.0']])
  })
  it('offers nothing to those who may only look', async () => {
    const table = await open('0.9.0', false)
    expect(table.find('[data-testid=mark-open]').exists()).toBe(false)
    expect(table.find('[data-testid=version-delete]').exists()).toBe(false)
  })
})

it('postpones an upgrade and follows again', async () => {
  const common = mount(ReleaseCard, { props: { plugin: aPlugin(), busy: null }, global })
  expect(common.find('[data-testid=follow]').exists()).toBe(false)
  await common.get('[data-testid=pin]').trigger('click')
  expect(common.emitted('pin')).toEqual([['1.0.0']])
  const own = mount(ReleaseCard, { props: { plugin: aPlugin({ release: { stable: '1.0.0', previous: null, candidate: null, percent: 0, own: true } }), busy: null }, global })
  expect(own.find('[data-testid=pin]').exists()).toBe(false)
  await own.get('[data-testid=follow]').trigger('click')
  expect(own.emitted('follow')).toHaveLength(1)
})

it('asks a plugin for its health and says what it answered', async () => {
  server.checkHealth.mockResolvedValueOnce({ result: 'OK', took_us: 180 }).mockResolvedValueOnce({ result: 'E_TIMEOUT', took_us: 5_000_000 })
  const card = mount(HealthCard, { props: { plugin: aPlugin({ breaker: { state: 'half_open', trips: 2, reason: 'too slow', at: null } }) }, global })
  expect(card.get('[data-testid=breaker]').attributes('data-state')).toBe('half_open')
  for (const words of ['It says it is well · 180 µs', 'E_TIMEOUT · 5 s']) {
    await card.get('[data-testid=health-check]').trigger('click')
    await flushPromises()
    expect(card.get('[data-testid=health-answer]').text()).toBe(words)
  }
})

it('reads an event: the picture by its verb, the evidence as numbers', () => {
  const pair = { stable: { calls: 1 }, candidate: { calls: 2 } }
  expect(eventView({ at: 'x', actor: null, action: 'plugin.rollout_step', detail: { version: '1.1.0' } }, 0)).toMatchObject({ icon: 'branch', tone: 'cand', actor: null, detail: 'version 1.1.0', evidence: null })
  expect(eventView({ at: 'x', actor: { id: '', name: 'Ann' }, action: 'plugin.moon', detail: 'as it is' }, 0)).toMatchObject({ icon: 'dash', actor: 'Ann', title: 'plugin.moon', detail: 'as it is' })
  expect(eventView({ at: 'x', actor: null, action: 'plugin.auto_rollback', detail: { reason: 'slow', evidence: pair } }, 0)).toMatchObject({ tone: 'bad', detail: 'reason slow', evidence: pair })
  expect(eventView({ at: 'x', actor: { id: null, name: 'breaker' }, action: 'plugin.rollback', detail: {} }, 0)).toMatchObject({ title: 'Rolled back', actor: 'The breaker' })
  expect(eventView({ at: 'x', actor: { id: 'u', name: 'breaker' }, action: 'plugin.rollback', detail: {} }, 0)).toMatchObject({ actor: 'breaker' })
  expect(eventView({ at: 'x', actor: null, action: 'plugin.trip', detail: pair }, 0)).toMatchObject({ detail: '', evidence: pair })
})
