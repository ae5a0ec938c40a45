// Just enough of RFC 6455 for the stand-in server: text frames, ping, close; no extensions, no fragments from us.
import { createHash } from 'node:crypto';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Answers the upgrade and calls back with each text; `on.close` comes once. */
export function accept(request, socket, on) {
  const key = createHash('sha1').update(request.headers['sec-websocket-key'] + GUID).digest('base64');
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\nSec-WebSocket-Protocol: hotdesk.v1\r\n\r\n`);
  let held = Buffer.alloc(0);
  let parts = [];
  let open = true;
  const frame = (opcode, payload) => {
    const head = payload.length < 126 ? Buffer.from([0x80 | opcode, payload.length]) : Buffer.from([0x80 | opcode, payload.length < 65536 ? 126 : 127]);
    const size = payload.length < 126 ? Buffer.alloc(0) : Buffer.alloc(payload.length < 65536 ? 2 : 8);
    if (size.length === 2) size.writeUInt16BE(payload.length);
    if (size.length === 8) size.writeBigUInt64BE(BigInt(payload.length));
    if (!socket.destroyed) socket.write(Buffer.concat([head, size, payload]));
  };
  const end = () => {
    if (!open) return;
    open = false;
    socket.destroy();
    on.close();
  };
  const read = (opcode, fin, data) => {
    if (opcode === 8) return end();
    if (opcode === 9) return frame(10, data);
    if (opcode > 2) return;
    parts.push(data);
    if (!fin) return;
    const text = Buffer.concat(parts).toString('utf8');
    parts = [];
    on.text(text);
  };
  socket.on('data', (chunk) => {
    held = Buffer.concat([held, chunk]);
    for (;;) {
      if (held.length < 2) return;
      let length = held[1] & 0x7f;
      let at = 2;
      if (length === 126) [length, at] = held.length < 4 ? [Infinity, 4] : [held.readUInt16BE(2), 4];
      else if (length === 127) [length, at] = held.length < 10 ? [Infinity, 10] : [Number(held.readBigUInt64BE(2)), 10];
      if (held.length < at + 4 + length) return;
      const mask = held.subarray(at, at + 4);
      const data = Buffer.from(held.subarray(at + 4, at + 4 + length));
      for (let i = 0; i < data.length; i += 1) data[i] ^= mask[i % 4];
      const [opcode, fin] = [held[0] & 0x0f, (held[0] & 0x80) !== 0];
      held = held.subarray(at + 4 + length);
      read(opcode, fin, data);
    }
  });
  socket.on('close', end);
  socket.on('error', end);
  return {
    send: (value) => frame(1, Buffer.from(JSON.stringify(value))),
    /** Closes with a code, or without a word as a cut cable would. */
    close: (code) => {
      if (code !== undefined) {
        const payload = Buffer.alloc(2);
        payload.writeUInt16BE(code);
        frame(8, payload);
        socket.end();
      } else socket.destroy();
    },
  };
}
