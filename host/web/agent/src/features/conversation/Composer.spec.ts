import { createHotdeskI18n } from '@hotdesk/ui/i18n';
import { mount } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import en from '../../locales/en.json';
import zh from '../../locales/zh.json';
import type { Link } from '../../link.js';
import { useConnection } from '../../stores/connection.js';
import { useSession } from '../../stores/session.js';
import { conversation } from '../../testing.js';

vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener: () => undefined, removeEventListener: () => undefined }));
const { default: Composer } = await import('./Composer.vue');

const mine = conversation('c', { assignee: { id: 'me', name: 'Lin' } });
let sent: string[] = [];
let typing: boolean[] = [];

beforeEach(() => {
  localStorage.clear();
  setActivePinia(createPinia());
  useSession().me = { id: 'me', username: 'lin', name: 'Lin', role: 'agent', tenant: { id: 't', name: 'Shop' } };
  sent = [];
  typing = [];
  const link: Partial<Link> = { send: (_conv, text) => (sent.push(text), Promise.resolve()), typing: (_conv, on) => void typing.push(on) };
  useConnection().link = link as Link;
});

function open(c = mine) {
  const wrapper = mount(Composer, { props: { conversation: c }, global: { plugins: [createHotdeskI18n({ zh, en }, 'en')] }, attachTo: document.body });
  const box = wrapper.get<HTMLTextAreaElement>('[data-testid="composer"]');
  return { wrapper, box };
}
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('composer', () => {
  it('sends on Enter, empties itself and forgets the draft', async () => {
    const { wrapper, box } = open();
    await box.setValue('on its way');
    expect(typing).toEqual([true]);
    expect(localStorage.length).toBe(1);
    await box.trigger('keydown', { key: 'Enter' });
    await settle();
    expect(sent).toEqual(['on its way']);
    expect(box.element.value).toBe('');
    expect(localStorage.length).toBe(0);
    expect(wrapper.emitted('sent')).toEqual([[false]]);
  });

  it('leaves Shift+Enter and the Enter of an input method alone', async () => {
    const { box } = open();
    await box.setValue('ni hao');
    await box.trigger('keydown', { key: 'Enter', shiftKey: true });
    await box.trigger('keydown', { key: 'Enter', isComposing: true });
    await box.trigger('keydown', { key: 'Enter', keyCode: 229 });
    await settle();
    expect(sent).toEqual([]);
  });

  it('sends nothing that is blank or too long, and says by how much', async () => {
    const { wrapper, box } = open();
    await box.setValue('  \n ');
    await box.trigger('keydown', { key: 'Enter' });
    await box.setValue('x'.repeat(10_002));
    await box.trigger('keydown', { key: 'Enter' });
    await settle();
    expect(sent).toEqual([]);
    expect(wrapper.text()).toContain('2 characters too many');
    expect(wrapper.get('[data-testid="send"]').attributes('disabled')).toBeDefined();
  });

  it('loses no Enter while an earlier reply is still being stored', async () => {
    const done: (() => void)[] = [];
    useConnection().link = { send: (_conv: string, text: string) => (sent.push(text), new Promise<void>((resolve) => done.push(resolve))), typing: () => undefined } as unknown as Link;
    const { box } = open();
    for (const text of ['one', 'two', 'three']) {
      await box.setValue(text);
      await box.trigger('keydown', { key: 'Enter' });
      expect(box.element.value).toBe('');
    }
    expect(sent).toEqual(['one', 'two', 'three']);
    await box.setValue('and');
    done.forEach((resolve) => resolve());
    await settle();
    expect(box.element.value).toBe('and');
    expect(localStorage.getItem('hotdesk.agent.draft.me.c')).toContain('and');
  });

  it('keeps one draft per conversation while the agent moves between them', async () => {
    const { wrapper, box } = open();
    await box.setValue('for c');
    await wrapper.setProps({ conversation: conversation('d', { assignee: { id: 'me', name: 'Lin' } }) });
    expect(box.element.value).toBe('');
    await box.setValue('for d');
    await wrapper.setProps({ conversation: mine });
    expect(box.element.value).toBe('for c');
  });

  it('keeps the words when they can never be sent', async () => {
    useConnection().link = { send: () => Promise.reject(new Error('E_BAD_FRAME')), typing: () => undefined } as unknown as Link;
    const { box } = open();
    await box.setValue('odd \u0000 text');
    await box.trigger('keydown', { key: 'Enter' });
    await settle();
    expect(box.element.value).not.toBe('');
    expect(localStorage.length).toBe(1);
  });
});
