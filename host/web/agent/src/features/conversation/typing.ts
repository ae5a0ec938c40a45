// Who is typing where, as lists and timelines show it. When a notice is too old is the client library's business.
import type { Typist } from '../../model.js';

/** One typist per conversation: the one worth showing. */
export type TypingBoard = Readonly<Record<string, Typist>>;

/** The board after news of one conversation. A visitor goes before colleagues; oneself is never shown. */
export function withTypists(board: TypingBoard, conv: string, typists: readonly Typist[], me: string): TypingBoard {
  const others = typists.filter((t) => t.from.id !== me);
  const shown = others.find((t) => t.from.role === 'visitor') ?? others[0];
  const before = board[conv];
  if (shown === undefined) {
    if (before === undefined) return board;
    const next = { ...board };
    delete next[conv];
    return next;
  }
  if (before?.from.id === shown.from.id && before.text === shown.text) return board;
  return { ...board, [conv]: shown };
}
