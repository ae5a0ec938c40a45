// widget.js: makes `hotdesk(command, …)` on the page, runs what was called before it loaded, and starts from the
// script's own data attributes. Loading it twice changes nothing.
import type { LocaleChoice, ThemeChoice, VisitorInfo } from '../shared/messages.js';
import { Widget, type WidgetOptions } from './widget.js';

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
    const [first, second] = args;
    switch (command) {
      case 'open':
      case 'close':
      case 'toggle':
      case 'show':
      case 'hide':
        return widget[command]();
      case 'send':
      case 'prefill':
        return widget[command](first);
      case 'identify':
        return widget.identify(first as VisitorInfo & { token?: string });
      case 'setLocale':
        return widget.setLocale(first as LocaleChoice);
      case 'setTheme':
        return widget.setTheme(first as ThemeChoice);
      case 'on':
      case 'once':
        return widget[command](String(first), second as (data: unknown) => void);
      case 'off':
        return widget.off(String(first), second as ((data: unknown) => void) | undefined);
      case 'get':
        return widget.get(String(first));
      case 'destroy':
        widget.destroy();
        widget = undefined;
        return;
      default:
        console.warn(`hotdesk: unknown command "${command}"`);
    }
    return undefined;
  };
  api.loaded = true;
  window.hotdesk = api;
  for (const call of Array.from(before)) api(...(Array.from(call) as Arguments));
  if (data['site']) init({});
}

start();
