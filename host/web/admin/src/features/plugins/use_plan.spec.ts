import { ProblemError } from '@hotdesk/client'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent } from 'vue'
import { i18n } from '../../i18n'
import { asked } from '../../shared/confirm'
import { toasts } from '../../shared/toasts'
import { aPlugin } from './samples'
import { usePlugin } from './use_plugin'

const server = vi.hoisted(() => ({ plugins: vi.fn(), overview: vi.fn(), startRollout: vi.fn(), pauseRollout: vi.fn(), stopRollout: vi.fn(), setShadow: vi.fn(), pin: vi.fn(), follow: vi.fn(), markVersion: vi.fn(), clearMark: vi.fn(), deleteVersion: vi.fn(), setPolicy: vi.fn() }))
vi.mock('../../rest', async (original) => ({ ...(await original<typeof import('../../rest')>()), rest: server }))

const id = 'com.hotdesk.filtering'
const refused = new ProblemError({ status: 409, code: 'E_CONFLICT', title: '', detail: 'it is in use', errors: [] })
let close = (): void => {}
let use: ReturnType<typeof usePlugin>

beforeEach(async () => {
  i18n.global.locale.value = 'en'
  for (const call of Object.values(server)) call.mockReset().mockResolvedValue(aPlugin())
  server.plugins.mockResolvedValue([aPlugin()])
  const view = mount(defineComponent({ setup: () => ((use = usePlugin(() => id)), () => null) }), { global: { plugins: [i18n, createPinia()] } })
  close = () => view.unmount()
  await flushPromises()
})
afterEach(() => close())
const answer = async (yes: boolean, done: Promise<unknown>): Promise<void> => {
  asked.value?.answer(yes)
  await done
}

it('starts a plan and says how it begins', async () => {
  const steps = [{ percent: 5, hold_s: 60 }]
  expect(await use.startPlan('1.1.0', steps)).toBe(true)
  expect(server.startRollout).toHaveBeenCalledWith(id, '1.1.0', steps)
  expect(toasts.value.at(-1)!.text).toBe('The plan of 1.1.0 runs, beginning with 5%.')
})

it('shows why a plan was not started, and what still holds', async () => {
  server.startRollout.mockRejectedValue(refused)
  expect(await use.startPlan('1.1.0', [{ percent: 5, hold_s: 60 }])).toBe(false)
  expect(use.failed.value).toMatchObject({ what: 'The plan of 1.1.0 was not started.', safe: '1.0.0 keeps handling every message.' })
})

it('asks before a plan ends and before the common release is followed, not before pausing or pinning', async () => {
  await answer(false, use.stopPlan())
  expect(server.stopRollout).not.toHaveBeenCalled()
  await answer(true, use.stopPlan())
  expect(server.stopRollout).toHaveBeenCalledTimes(1)
  await use.pausePlan()
  await use.pin('1.0.0')
  expect(server.pin).toHaveBeenCalledWith(id, '1.0.0')
  expect(asked.value).toBeNull()
  await answer(false, use.follow())
  expect(server.follow).not.toHaveBeenCalled()
})

describe('deleting a version', () => {
  it('can be done only by typing it', async () => {
    const done = use.deleteVersion('1.1.0')
    expect(asked.value?.question).toMatchObject({ type: '1.1.0', danger: true })
    await answer(true, done)
    expect(server.deleteVersion).toHaveBeenCalledWith(id, '1.1.0')
  })
  it('says why it was refused', async () => {
    server.deleteVersion.mockRejectedValue(refused)
    await answer(true, use.deleteVersion('1.1.0'))
    expect(toasts.value.at(-1)).toMatchObject({ bad: true, text: '1.1.0 was not deleted. it is in use' })
  })
})

it('marks with a reason and clears only when asked', async () => {
  expect(await use.mark('1.1.0', 'answers in rhymes')).toBe(true)
  expect(server.markVersion).toHaveBeenCalledWith(id, '1.1.0', 'answers in rhymes')
  await answer(false, use.clearMark('1.1.0'))
  expect(server.clearMark).not.toHaveBeenCalled()
})

it('mirrors a version and ends that', async () => {
  await use.setShadow('1.1.0')
  expect(toasts.value.at(-1)!.text).toBe('1.1.0 is tried in shadow.')
  await use.setShadow(null)
  expect(server.setShadow).toHaveBeenLastCalledWith(id, null)
})

it('keeps what failing means for each extension', async () => {
  expect(await use.setPolicy('hotdesk.filter/1', true)).toBe(true)
  expect(server.setPolicy).toHaveBeenCalledWith(id, 'hotdesk.filter/1', true)
})
