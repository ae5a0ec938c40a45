import { flushPromises, mount } from '@vue/test-utils'
import { ProblemError } from '@hotdesk/client'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent } from 'vue'
import { i18n } from '../../i18n'
import { asked } from '../../shared/confirm'
import { toasts } from '../../shared/toasts'
import type { Plugin } from '../../types'
import { aPlugin } from './samples'
import { usePlugin } from './use_plugin'

// Hoisted above the imports by vitest: the page's only way to the server.
const server = vi.hoisted(() => ({ plugins: vi.fn(), overview: vi.fn(), activate: vi.fn(), rollback: vi.fn(), canary: vi.fn(), promote: vi.fn(), enable: vi.fn(), disable: vi.fn(), configure: vi.fn() }))
vi.mock('../../rest', async (original) => ({ ...(await original<typeof import('../../rest')>()), rest: server }))

const swapped = aPlugin({ release: { stable: '1.1.0', previous: '1.0.0', candidate: null, percent: 0 } })
const canary = aPlugin({ release: { stable: '1.0.0', previous: null, candidate: '1.1.0', percent: 10 } })

function open(plugin: Plugin): { use: ReturnType<typeof usePlugin>; close: () => void } {
  server.plugins.mockResolvedValue([plugin])
  let use!: ReturnType<typeof usePlugin>
  const view = mount(defineComponent({ setup: () => ((use = usePlugin(() => plugin.id)), () => null) }), { global: { plugins: [i18n, createPinia()] } })
  return { use, close: () => view.unmount() }
}
let close = (): void => {}
async function opened(plugin: Plugin): Promise<ReturnType<typeof usePlugin>> {
  const page = open(plugin)
  close = page.close
  await flushPromises()
  return page.use
}
beforeEach(() => {
  i18n.global.locale.value = 'en'
  for (const call of Object.values(server)) call.mockReset()
  server.overview.mockResolvedValue({ connections: 312 })
})
afterEach(() => close())

describe('switching', () => {
  it('asks first, and says what does not break', async () => {
    const use = await opened(aPlugin())
    const done = use.activate('1.1.0')
    expect(asked.value?.question.title).toBe('Switch “Content filter” to 1.1.0?')
    expect(asked.value?.question.safe).toEqual(['No socket closes: all 312 connections stay', 'Chats, agents and half-written words stay; no message is lost or doubled', 'One click takes you back to 1.0.0'])
    asked.value?.answer(false)
    await done
    expect(server.activate).not.toHaveBeenCalled()
  })
  it('shows the answer at once, before the next poll', async () => {
    const use = await opened(aPlugin())
    server.activate.mockResolvedValue(swapped)
    server.plugins.mockReturnValue(new Promise(() => {}))
    const done = use.activate('1.1.0')
    asked.value?.answer(true)
    await done
    expect(server.activate).toHaveBeenCalledWith('com.hotdesk.filtering', '1.1.0')
    expect(use.plugin.value?.release.stable).toBe('1.1.0')
  })
  it('warns that it ends a canary', async () => {
    const use = await opened(canary)
    const done = use.activate('1.1.0')
    expect(asked.value?.question.text.join(' ')).toContain('The canary ends: every visitor gets 1.1.0.')
    asked.value?.answer(false)
    await done
  })
  it('says what still works when the server refuses', async () => {
    const use = await opened(aPlugin())
    server.activate.mockRejectedValue(new ProblemError({ status: 409, code: 'E_CONFLICT', title: '', detail: 'create took more than 5 s', errors: [] }))
    const done = use.activate('1.1.0')
    asked.value?.answer(true)
    await done
    expect(use.failed.value).toMatchObject({ what: 'Not switched to 1.1.0.', safe: '1.0.0 keeps handling every message.', problem: { code: 'E_CONFLICT' } })
    expect(use.plugin.value?.release.stable).toBe('1.0.0')
    expect(use.busy.value).toBeNull()
  })
})

describe('rolling back', () => {
  it('acts without a question and offers the way back', async () => {
    const use = await opened(swapped)
    server.rollback.mockResolvedValue(aPlugin())
    server.activate.mockResolvedValue(swapped)
    await use.rollback()
    expect(asked.value).toBeNull()
    expect(server.rollback).toHaveBeenCalledTimes(1)
    const last = toasts.value.at(-1)!
    expect(last.text).toBe('Rolled back to 1.0.0.')
    last.action?.run()
    await flushPromises()
    expect(server.activate).toHaveBeenCalledWith('com.hotdesk.filtering', '1.1.0')
  })
  it('puts an undone canary back with the share it had', async () => {
    const use = await opened(canary)
    server.rollback.mockResolvedValue(aPlugin())
    server.canary.mockResolvedValue(canary)
    await use.rollback()
    toasts.value.at(-1)!.action?.run()
    await flushPromises()
    expect(server.canary).toHaveBeenCalledWith('com.hotdesk.filtering', '1.1.0', 10)
  })
  it('does nothing twice while one act is under way', async () => {
    const use = await opened(swapped)
    server.rollback.mockReturnValue(new Promise(() => {}))
    void use.rollback()
    void use.rollback()
    await flushPromises()
    expect(server.rollback).toHaveBeenCalledTimes(1)
  })
})

it('asks before disabling and not before enabling', async () => {
  const use = await opened(aPlugin())
  const off = use.setEnabled(false)
  expect(asked.value?.question.danger).toBe(true)
  asked.value?.answer(false)
  await off
  expect(server.disable).not.toHaveBeenCalled()
  server.enable.mockResolvedValue(aPlugin())
  await use.setEnabled(true)
  expect(server.enable).toHaveBeenCalledTimes(1)
})
