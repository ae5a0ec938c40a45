// The second line of a list item: what was said last, and by whom.
import type { Conversation } from '../../model.js';

export interface Preview {
  /** Key in the message files for who said it, or null when the text stands alone. */
  who: string | null;
  name: string;
  text: string;
  /** Key that replaces the text where a message has none to show. */
  key: string | null;
}

export function previewOf(c: Conversation, me: string): Preview {
  const last = c.last;
  if (last === null) return { who: null, name: '', text: '', key: 'list.no_messages' };
  const who = last.from.role === 'visitor' ? null : last.from.id === me ? 'list.you' : 'list.by';
  const words = last.kind === 'text' || last.kind === 'note' ? (last.text ?? '') : '';
  const key = last.kind === 'file' ? 'list.file' : last.kind === 'card' ? 'list.card' : words === '' ? 'list.message' : null;
  return { who, name: last.from.name, text: words.replace(/\s+/gu, ' ').slice(0, 200), key };
}
