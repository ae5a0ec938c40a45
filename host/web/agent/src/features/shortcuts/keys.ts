// Which key does what. Alt and the physical key, so that a Mac's Alt+J (which types ∆) works too.

export type Action = 'next' | 'previous' | 'resolve' | 'context' | 'reply' | 'help' | 'switch' | 'back';

export interface Press {
  key: string;
  code: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  /** The focus is in a text box. */
  typing: boolean;
}

const ALT: Record<string, Action> = { KeyJ: 'next', KeyK: 'previous', KeyE: 'resolve', KeyO: 'context', KeyL: 'reply' };

export function actionOf(press: Press): Action | null {
  const mod = press.ctrlKey || press.metaKey;
  if (press.altKey && !mod && !press.shiftKey) return ALT[press.code] ?? null;
  if (mod && !press.altKey && !press.shiftKey && press.code === 'KeyK') return 'switch';
  if (mod || press.altKey) return null;
  if (press.key === 'Escape') return 'back';
  if (press.key === '?' && !press.typing) return 'help';
  return null;
}

/** What the help dialog lists: key caps and the name's key in the message files. */
export const SHORTCUTS: readonly { keys: string[]; text: string }[] = [
  { keys: ['Alt', 'J'], text: 'shortcuts.next' },
  { keys: ['Alt', 'K'], text: 'shortcuts.previous' },
  { keys: ['Alt', 'L'], text: 'shortcuts.reply' },
  { keys: ['Alt', 'E'], text: 'shortcuts.resolve' },
  { keys: ['Alt', 'O'], text: 'shortcuts.context' },
  { keys: ['Ctrl', 'K'], text: 'shortcuts.switch' },
  { keys: ['↵'], text: 'shortcuts.send' },
  { keys: ['⇧', '↵'], text: 'shortcuts.new_line' },
  { keys: ['?'], text: 'shortcuts.help' },
  { keys: ['Esc'], text: 'shortcuts.back' },
];
