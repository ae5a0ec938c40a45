// What loader and panel say to each other by postMessage. Both sides check the origin; nothing here is a secret of the
// visitor's beyond what the site's own page may know.

export interface PageInfo {
  url: string;
  title: string;
  referrer: string;
}

export interface VisitorInfo {
  name?: string;
  email?: string;
  attributes?: Record<string, unknown>;
}

export type ThemeChoice = 'auto' | 'light' | 'dark';
export type LocaleChoice = 'auto' | 'zh' | 'en';

export type ToPanel =
  | { t: 'init'; page: PageInfo; locale?: LocaleChoice; theme?: ThemeChoice; open: boolean; visitor?: VisitorInfo; identity?: string; kept?: Record<string, string> }
  | { t: 'page'; page: PageInfo }
  | { t: 'open'; open: boolean }
  | { t: 'send'; text: string }
  | { t: 'prefill'; text: string }
  | { t: 'identify'; visitor: VisitorInfo; identity?: string }
  | { t: 'locale'; locale: LocaleChoice }
  | { t: 'theme'; theme: ThemeChoice };

export type ToLoader =
  /** The panel's scripts run; the loader answers with `init`. */
  | { t: 'hello' }
  | { t: 'close' }
  | { t: 'look'; color?: string; onColor?: string; position: 'left' | 'right'; theme: 'light' | 'dark'; locale: 'zh' | 'en'; title: string }
  /** `preview` is the newest message that nobody has seen. */
  | { t: 'unread'; n: number; preview?: { name: string; text: string } }
  | { t: 'state'; visitorId?: string; connection: 'online' | 'stale' | 'offline' }
  /** Where the frame has no storage of its own. */
  | { t: 'keep'; kept: Record<string, string> }
  | { t: 'event'; name: string; data?: unknown }
  /** This site has no chat for this page: take the launcher away. */
  | { t: 'refused'; reason: string };

/** Marks our messages among those of everybody else on the page. */
export const CHANNEL = 'hotdesk.widget.1';

export interface Envelope<T> {
  channel: typeof CHANNEL;
  message: T;
}

export function envelope<T>(message: T): Envelope<T> {
  return { channel: CHANNEL, message };
}

export function unwrap<T>(data: unknown): T | undefined {
  const value = data as Partial<Envelope<T>> | null;
  return typeof value === 'object' && value !== null && value.channel === CHANNEL ? value.message : undefined;
}
