// The line an event of the timeline shows. Names come between marks, so that the row can set them apart without HTML.
import type { IconName } from '../../parts/icons.js';
import type { Entry } from '../../model.js';
import { text, toPerson } from '../../rest.js';

/** An invisible separator that stands on both sides of a name. */
export const NAME = '\u2063';

export interface EventText {
  icon: IconName;
  key: string;
  values: Record<string, string | number>;
}

// where something went to or came from: a person, else a department
const place = (value: unknown): unknown => {
  const sides = (typeof value === 'object' && value !== null ? value : {}) as { assignee?: unknown; department?: unknown };
  return sides.assignee ?? sides.department ?? value;
};
const name = (value: unknown): string => {
  const person = toPerson(place(value));
  const found = person === null ? '' : person.name;
  return found === '' ? '' : NAME + found + NAME;
};

export function eventText(entry: Entry, me: string): EventText {
  const { body } = entry;
  switch (entry.kind) {
    case 'opened':
      return { icon: 'site', key: 'event.opened', values: {} };
    case 'assigned': {
      const assignee = toPerson(body['assignee']);
      if (assignee === null) return { icon: 'clock', key: 'event.queued', values: { department: name(body['department']) } };
      return assignee.id === me
        ? { icon: 'user', key: 'event.assigned_you', values: {} }
        : { icon: 'user', key: 'event.assigned', values: { name: name(assignee) || NAME + '…' + NAME } };
    }
    case 'transferred': {
      const values = { from: name(body['from']), to: name(body['to']), note: text(body['note']) };
      const known = values.from !== '' && values.to !== '' ? 'event.transferred' : 'event.transferred_plain';
      return { icon: 'transfer', key: values.note === '' ? known : `${known}_note`, values };
    }
    case 'closed': {
      const by = body['by'] ?? entry.from;
      if (toPerson(by)?.id === me) return { icon: 'check', key: 'event.closed_you', values: {} };
      if (entry.from.role === 'visitor') return { icon: 'check', key: 'event.closed_visitor', values: {} };
      return name(by) === '' ? { icon: 'check', key: 'event.closed', values: {} } : { icon: 'check', key: 'event.closed_by', values: { name: name(by) } };
    }
    case 'reopened': {
      const by = body['by'] ?? entry.from;
      if (toPerson(by)?.id === me) return { icon: 'refresh', key: 'event.reopened_you', values: {} };
      if (entry.from.role === 'visitor') return { icon: 'refresh', key: 'event.reopened_visitor', values: {} };
      return { icon: 'refresh', key: name(by) === '' ? 'event.reopened' : 'event.reopened_by', values: { name: name(by) } };
    }
    case 'rated':
      return { icon: 'star', key: text(body['comment']) === '' ? 'event.rated' : 'event.rated_comment', values: { n: Number(body['score'] ?? 0), comment: text(body['comment']) } };
    default:
      return { icon: 'site', key: 'event.system', values: { code: text(body['code']) || entry.kind } };
  }
}

/** Splits a finished line into plain and emphasised parts. */
export function parts(line: string): { text: string; strong: boolean }[] {
  return line.split(NAME).map((part, index) => ({ text: part, strong: index % 2 === 1 })).filter((part) => part.text !== '');
}
