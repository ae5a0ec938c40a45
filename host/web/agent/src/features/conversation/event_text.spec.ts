import { describe, expect, it } from 'vitest';
import { entry } from '../../testing.js';
import { eventText, NAME, parts } from './event_text.js';

const named = (name: string): string => NAME + name + NAME;
const support = { id: 'd', name: 'Support' };

describe('eventText', () => {
  it('speaks of people by name and of oneself as you', () => {
    const body = { assignee: { id: 'maya', name: 'Maya' }, department: support };
    expect(eventText(entry(1, 'system', 'assigned', { body }), 'lin')).toMatchObject({ key: 'event.assigned', values: { name: named('Maya') } });
    expect(eventText(entry(1, 'system', 'assigned', { body }), 'maya').key).toBe('event.assigned_you');
    expect(eventText(entry(1, 'system', 'assigned', { body: { department: support } }), 'lin').key).toBe('event.queued');
  });

  it('names where a transfer came from and went to: a person, else the department', () => {
    const body = { from: { assignee: { id: 'lin', name: 'Lin' }, department: support }, to: { department: support }, note: 'look' };
    expect(eventText(entry(1, 'agent', 'transferred', { body }), 'x')).toMatchObject({ key: 'event.transferred_note', values: { from: named('Lin'), to: named('Support'), note: 'look' } });
    expect(eventText(entry(1, 'agent', 'transferred', { body: {} }), 'x').key).toBe('event.transferred_plain');
  });

  it('tells who ended it', () => {
    expect(eventText(entry(1, 'visitor', 'closed', { body: {} }), 'lin').key).toBe('event.closed_visitor');
    expect(eventText(entry(1, 'agent', 'closed', { body: { by: { id: 'lin', name: 'Lin' } } }), 'lin').key).toBe('event.closed_you');
    expect(eventText(entry(1, 'agent', 'closed', { body: { by: { id: 'maya', name: 'Maya' } } }), 'lin').key).toBe('event.closed_by');
  });

  it('has words for kinds it doesn’t know', () => {
    expect(eventText(entry(1, 'system', 'something', { body: {} }), 'lin')).toMatchObject({ key: 'event.system', values: { code: 'something' } });
  });
});

describe('parts', () => {
  it('sets names apart without HTML', () => {
    expect(parts(`Assigned to ${named('<b>Maya</b>')}`)).toEqual([
      { text: 'Assigned to ', strong: false },
      { text: '<b>Maya</b>', strong: true },
    ]);
  });
});
