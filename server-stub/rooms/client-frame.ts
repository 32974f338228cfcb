import type { ClientFrame } from '../protocol.ts';

/** Clients send likes in batches; more than this in one frame is taken for a mistake. */
const MAX_LIKES_IN_FRAME = 10_000;

/** What a viewer sent, or null when it is not a frame of the protocol. Unknown fields are passed over. */
export function parseClientFrame(payload: string): ClientFrame | null {
  const frame = parseObject(payload);
  if (frame === null) return null;
  const { t, ref, text, gift, n } = frame;
  if (t === 'like') return isCount(n, 1, MAX_LIKES_IN_FRAME) ? { t, n } : null;
  if (!isCount(ref, 0, Number.MAX_SAFE_INTEGER)) return null;
  if (t === 'chat' && typeof text === 'string') return { t, ref, text };
  if (t === 'gift' && typeof gift === 'string') return { t, ref, gift };
  return null;
}

function parseObject(payload: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(payload);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function isCount(value: unknown, min: number, max: number): value is number {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
}
