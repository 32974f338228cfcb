import type { ServerFrame } from '../protocol.ts';

/** FIN and opcode 1: a whole text message in one frame (RFC 6455, section 5.2). */
const WHOLE_TEXT = 0x81;
const LENGTH_IN_16_BITS = 126;
const LENGTH_IN_64_BITS = 127;

/**
 * A server's WebSocket frame, header and payload in one Buffer. A server does not mask, so the same bytes are good for
 * every viewer: they are made once and written to every socket.
 */
export function encodeFrame(message: ServerFrame): Buffer {
  const payload = JSON.stringify(message);
  const payloadBytes = Buffer.byteLength(payload);
  const headerBytes = payloadBytes < LENGTH_IN_16_BITS ? 2 : payloadBytes < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerBytes + payloadBytes);
  frame[0] = WHOLE_TEXT;
  if (headerBytes === 2) {
    frame[1] = payloadBytes;
  } else if (headerBytes === 4) {
    frame[1] = LENGTH_IN_16_BITS;
    frame.writeUInt16BE(payloadBytes, 2);
  } else {
    frame[1] = LENGTH_IN_64_BITS;
    frame.writeBigUInt64BE(BigInt(payloadBytes), 2);
  }
  frame.write(payload, headerBytes);
  return frame;
}
