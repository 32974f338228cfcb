import type { Payload } from '../../targets/target.ts';
import { fillRandom } from './random.ts';

const FIN = 0x80;
const MASKED = 0x80;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PONG = 10;
const KEY_BYTES = 4;
/** The code that stands for a close frame without one. */
const NO_CODE = 1005;

/** A message as a client sends it: one frame, masked; text for a string, binary for bytes. */
export function messageFrame(payload: Payload): Buffer {
  return typeof payload === 'string' ? textFrame(payload) : binaryFrame(payload);
}

function binaryFrame(bytes: Uint8Array): Buffer {
  const frame = begin(BINARY, bytes.length);
  frame.set(bytes, frame.length - bytes.length);
  return mask(frame, bytes.length);
}

function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const frame = begin(TEXT, length);
  frame.write(text, frame.length - length, 'utf8');
  return mask(frame, length);
}

export function closeFrame(code: number): Buffer {
  if (code === NO_CODE) return begin(CLOSE, 0);
  const frame = begin(CLOSE, 2);
  frame.writeUInt16BE(code, frame.length - 2);
  return mask(frame, 2);
}

/** Answers a ping, whose payload lies from `start` to `end`. */
export function pongFrame(buffer: Buffer, start: number, end: number): Buffer {
  const length = end - start;
  const frame = begin(PONG, length);
  buffer.copy(frame, frame.length - length, start, end);
  return mask(frame, length);
}

/** Header, key, and room for the payload. */
function begin(opcode: number, length: number): Buffer {
  const lengthBytes = length < 126 ? 0 : length < 65536 ? 2 : 8;
  const payloadAt = 2 + lengthBytes + KEY_BYTES;
  const frame = Buffer.allocUnsafe(payloadAt + length);
  frame[0] = FIN | opcode;
  if (lengthBytes === 0) frame[1] = MASKED | length;
  else if (lengthBytes === 2) {
    frame[1] = MASKED | 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = MASKED | 127;
    frame.writeUIntBE(0, 2, 2);
    frame.writeUIntBE(length, 4, 6);
  }
  fillRandom(frame, payloadAt - KEY_BYTES, KEY_BYTES);
  return frame;
}

function mask(frame: Buffer, length: number): Buffer {
  const payloadAt = frame.length - length;
  const keyAt = payloadAt - KEY_BYTES;
  for (let i = 0; i < length; i++) frame[payloadAt + i] ^= frame[keyAt + (i & 3)];
  return frame;
}
