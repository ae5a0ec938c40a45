// widget.js: makes `hotdesk(command, …)` on the page, runs what was called before it loaded, and starts from the
// script's own data attributes. Loading it twice changes nothing.
import type { LocaleChoice, ThemeChoice } from '../shared/messages.js';
import { Widget, type WidgetOptions } from './widget.js';

const COMMANDS = /^(open|close|toggle|show|hide|send|prefill|identify|setLocale|setTheme|on|once|off|get|destroy)$/;

type Arguments = [command: string, ...rest: unknown[]];
interface Api {
  (...args: Arguments): unknown;
  q?: ArrayLike<unknown>[];
  loaded?: true;
}
declare global {
  interface Window {
    hotdesk?: Api;
  }
}

function start(): void {
  if (window.hotdesk?.loaded) return;
  const script = (document.currentScript ?? document.querySelector('script[data-site][src]')) as HTMLScriptElement | null;
  const data = script?.dataset ?? {};
  const origin = data['origin'] ?? (script?.src ? new URL(script.src).origin : location.origin);
  const before = window.hotdesk?.q ?? [];
  let widget: Widget | undefined;
  // handlers may come before the widget does
  const early: Arguments[] = [];

  const init = (options: Partial<WidgetOptions>): void => {
    const site = options.site ?? data['site'];
    if (widget || !site) return;
    const locale = options.locale ?? (data['locale'] as LocaleChoice | undefined);
    const theme = options.theme ?? (data['theme'] as ThemeChoice | undefined);
    const position = options.position ?? (data['position'] as 'left' | 'right' | undefined);
    widget = new Widget({
      site,
      origin: options.origin ?? origin,
      ...(locale ? { locale } : {}),
      ...(theme ? { theme } : {}),
      ...(position ? { position } : {}),
    });
    for (const call of early.splice(0)) api(...call);
  };

  const api: Api = (command, ...args) => {
    if (command === 'init') return init((args[0] as Partial<WidgetOptions>) ?? {});
    if (!widget) return void early.push([command, ...args]);
    if (!COMMANDS.test(command)) return console.warn('hotdesk: no command', command);
    const result: unknown = (widget as unknown as Record<string, (...args: unknown[]) => unknown>)[command]!(...args);
    if (command === 'destroy') widget = undefined;
    return result;
  };
  api.loaded = true;
  window.hotdesk = api;
  for (const call of Array.from(before)) api(...(Array.from(call) as Arguments));
  if (data['site']) init({});
}

start();
