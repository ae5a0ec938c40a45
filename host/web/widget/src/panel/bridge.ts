// The panel's side of the conversation with the loader on the site's page.
import { envelope, unwrap, type ToLoader, type ToPanel } from '../shared/messages.js';

export interface Bridge {
  /** Nobody around: the document was opened by itself. */
  readonly alone: boolean;
  post(message: ToLoader): void;
  stop(): void;
}

/** Says hello and calls back with each message. The first one to answer is the page that embeds us; nobody else is heard after. */
export function startBridge(hear: (message: ToPanel) => void): Bridge {
  if (window.parent === window) return { alone: true, post: () => undefined, stop: () => undefined };
  let origin: string | undefined;
  const listen = (event: MessageEvent): void => {
    if (event.source !== window.parent || (origin !== undefined && event.origin !== origin)) return;
    const message = unwrap<ToPanel>(event.data);
    if (!message) return;
    if (message.t === 'init') origin = event.origin;
    if (origin !== undefined) hear(message);
  };
  window.addEventListener('message', listen);
  // `frame-ancestors` has already decided who may embed; this word bears nothing
  window.parent.postMessage(envelope<ToLoader>({ t: 'hello' }), '*');
  return {
    alone: false,
    post: (message) => {
      if (origin !== undefined) window.parent.postMessage(envelope(message), origin === 'null' ? '*' : origin);
    },
    stop: () => window.removeEventListener('message', listen),
  };
}
