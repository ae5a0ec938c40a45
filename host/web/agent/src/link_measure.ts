// How long a round trip takes: a ping of our own every now and then, beside the library's heartbeats, and its pong.
import { openWebSocket, type OpenTransport, type Transport } from '@hotdesk/client';

const EVERY_MS = 15_000;
// far above what the library counts up to
const FIRST = 1_000_000;

export interface Measure {
  open: OpenTransport;
  /** One measurement now, then one every 15 s while the page is looked at. */
  ping(): void;
  stop(): void;
}

export function measured(report: (ms: number) => void, connect: OpenTransport = openWebSocket): Measure {
  let transport: Transport | null = null;
  let timer: ReturnType<typeof setInterval> | undefined;
  let n = FIRST;
  let sentAt = 0;

  function ping(): void {
    if (transport === null) return;
    n += 1;
    sentAt = performance.now();
    transport.send(JSON.stringify({ t: 'ping', n }));
    timer ??= setInterval(() => {
      if (!document.hidden) ping();
    }, EVERY_MS);
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
    transport = null;
  }

  const open: OpenTransport = (request, events) => {
    const opened = connect(request, {
      open: () => events.open(),
      message: (text) => {
        if (text.length < 2_000 && text.includes('"pong"') && text.includes(`:${n}`)) report(Math.max(1, Math.round(performance.now() - sentAt)));
        events.message(text);
      },
      close: (code, reason, wasOpen) => {
        if (transport === opened) stop();
        events.close(code, reason, wasOpen);
      },
    });
    transport = opened;
    return opened;
  };

  return { open, ping, stop };
}
