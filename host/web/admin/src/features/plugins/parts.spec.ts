import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { i18n } from '../../i18n'
import type { Plugin } from '../../types'
import RollbackCard from './RollbackCard.vue'
import RolloutHero from './RolloutHero.vue'
import { aPlugin, aVersion } from './samples'
import VersionTable from './VersionTable.vue'

beforeAll(() => void (i18n.global.locale.value = 'en'))
const global = { plugins: [i18n] }
enableAutoUnmount(afterEach)
const swapped = aPlugin({ versions: [aVersion('1.0.0', { calls: 412, state: 'draining' }), aVersion('1.1.0', { calls: 7, state: 'active' })], release: { stable: '1.1.0', previous: '1.0.0', candidate: null, percent: 0 } })
const canary = aPlugin({ release: { stable: '1.0.0', previous: null, candidate: '1.1.0', percent: 10 } })

describe('the big button', () => {
  const card = (plugin: Plugin, busy: string | null = null) => mount(RollbackCard, { props: { plugin, busy }, global })
  it('names the version it returns to and rolls back on one click', async () => {
    const view = card(swapped)
    const button = view.get('[data-testid=rollback]')
    expect(button.text()).toBe('Roll back to 1.0.0')
    await button.trigger('click')
    expect(view.emitted('rollback')).toHaveLength(1)
    expect(view.text()).toContain('No socket closed, no message lost')
  })
  it('ends a canary with the version that stays', () => {
    expect(card(canary).get('[data-testid=rollback]').text()).toBe('Roll back to 1.0.0')
    expect(card(canary).text()).toContain('The canary of 1.1.0 ends')
  })
  it('is there but dead while there is nothing to go back to', () => {
    expect(card(aPlugin()).get('[data-testid=rollback]').attributes('disabled')).toBeDefined()
  })
  it('waits for the act that is under way', () => {
    expect(card(swapped, 'rollback').get('[data-testid=rollback]').attributes('disabled')).toBeDefined()
  })
})

describe('the table of versions', () => {
  const table = (plugin: Plugin) => mount(VersionTable, { props: { plugin, history: [], busy: null }, global })
  it('puts the version in charge first and offers the other', async () => {
    const view = table(swapped)
    expect(view.findAll('[data-testid=version-row]').map((row) => [row.attributes('data-version'), row.attributes('data-state'), row.attributes('data-role')])).toEqual([['1.1.0', 'active', 'stable'], ['1.0.0', 'draining', 'previous']])
    expect(view.findAll('[data-testid=version-calls]').map((cell) => cell.text())).toEqual(['7', '412'])
    const buttons = view.findAll('[data-testid=activate]')
    expect(buttons.map((b) => b.attributes('data-version'))).toEqual(['1.0.0'])
    await buttons[0]!.trigger('click')
    expect(view.emitted('activate')).toEqual([['1.0.0']])
  })
  it('shows stable in blue before the candidate in orange', () => {
    const chips = table(canary).findAll('.chip').map((chip) => [chip.classes().find((c) => c !== 'chip'), chip.text()])
    expect(chips).toContainEqual(['stable', 'Stable'])
    expect(chips).toContainEqual(['cand', 'Candidate'])
  })
  it('offers nothing while the plugin is disabled', () => {
    expect(table({ ...swapped, enabled: false }).find('[data-testid=activate]').exists()).toBe(false)
  })
})

describe('the share of visitors', () => {
  const hero = (plugin: Plugin) => mount(RolloutHero, { props: { plugin, busy: null }, global })
  it('starts a canary with the version and the share that were chosen', async () => {
    const view = hero(aPlugin())
    expect(view.find('[data-testid=promote]').exists()).toBe(false)
    expect(view.get('[data-testid=canary-set]').attributes('disabled')).toBeDefined()
    await view.get('[data-testid=canary-percent]').setValue('12.5')
    await view.get('form').trigger('submit')
    expect(view.emitted('canary')).toEqual([['1.1.0', 12.5]])
  })
  it('promotes and moves on while a canary runs', async () => {
    const view = hero(canary)
    expect(view.text()).toContain('Go to 50%')
    await view.get('[data-testid=promote]').trigger('click')
    expect(view.emitted('promote')).toHaveLength(1)
  })
  it('refuses a share that is none', async () => {
    const view = hero(canary)
    await view.get('[data-testid=canary-percent]').setValue('250')
    await view.get('form').trigger('submit')
    expect(view.emitted('canary')).toBeUndefined()
    expect(view.text()).toContain('A number from 0 to 100')
  })
  it('has no controls while the plugin is disabled, even with a canary set', () => {
    const view = hero({ ...canary, enabled: false })
    expect(view.text()).toContain('The plugin is disabled')
    expect(view.find('[data-testid=canary-slider]').exists()).toBe(false)
    expect(view.find('[data-testid=promote]').exists()).toBe(false)
  })
})
