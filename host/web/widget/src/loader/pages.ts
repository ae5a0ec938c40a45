// Which page the visitor is on, also in single-page apps that change it without a load.
import type { PageInfo } from '../shared/messages.js';

export function pageInfo(): PageInfo {
  return { url: location.href, title: document.title, referrer: document.referrer };
}

/** Calls back after each change of the address; returns its own undo. */
export function watchPages(changed: (page: PageInfo) => void): () => void {
  let url = location.href;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    // a router sets the title after the address: a moment later both are right
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (location.href === url) return;
      url = location.href;
      changed(pageInfo());
    }, 250);
  };
  // another library may have wrapped these after us, so on undo our wrapper only falls silent
  let on = true;
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name];
    history[name] = function (this: History, ...args: Parameters<History['pushState']>) {
      original.apply(this, args);
      if (on) look();
    };
  }
  const events: [EventTarget, string][] = [
    [window, 'popstate'],
    [window, 'hashchange'],
    [document, 'turbo:load'],
    [document, 'astro:page-load'],
    [document, 'pjax:end'],
  ];
  for (const [target, name] of events) target.addEventListener(name, look);
  return () => {
    on = false;
    clearTimeout(timer);
    for (const [target, name] of events) target.removeEventListener(name, look);
  };
}
