import type { OutcomeCode } from '../target.ts';

/** Reason codes that end or refuse something (MQTT 5, section 2.4), in the words of the standard. */
const REASONS: Readonly<Record<number, string>> = {
  0x00: 'normal disconnection',
  // What brokers of version 3 answer to us.
  0x01: 'the broker does not speak MQTT 5',
  0x80: 'unspecified error',
  0x81: 'malformed packet',
  0x82: 'protocol error',
  0x83: 'implementation specific error',
  0x84: 'unsupported protocol version',
  0x85: 'client identifier not valid',
  0x86: 'bad user name or password',
  0x87: 'not authorized',
  0x88: 'server unavailable',
  0x89: 'server busy',
  0x8a: 'banned',
  0x8b: 'server shutting down',
  0x8c: 'bad authentication method',
  0x8d: 'keep alive timeout',
  0x8e: 'session taken over',
  0x8f: 'topic filter invalid',
  0x90: 'topic name invalid',
  0x91: 'packet identifier in use',
  0x93: 'receive maximum exceeded',
  0x94: 'topic alias invalid',
  0x95: 'packet too large',
  0x96: 'message rate too high',
  0x97: 'quota exceeded',
  0x98: 'administrative action',
  0x99: 'payload format invalid',
  0x9a: 'retain not supported',
  0x9b: 'QoS not supported',
  0x9c: 'use another server',
  0x9d: 'server moved',
  0x9e: 'shared subscriptions not supported',
  0x9f: 'connection rate exceeded',
  0xa0: 'maximum connect time',
  0xa1: 'subscription identifiers not supported',
  0xa2: 'wildcard subscriptions not supported',
};

const THROTTLED: readonly number[] = [0x89, 0x93, 0x96, 0x97, 0x9f];
const OFFLINE: readonly number[] = [0x88, 0x8b, 0x9c, 0x9d];

/** Reason codes from here on are failures. */
export const FAILURE = 0x80;

/** `said`: the reason string of the server, if it gave one. */
export function reasonText(code: number, said: string | null): string {
  const words = `${REASONS[code] ?? 'reason'} (0x${code.toString(16).padStart(2, '0')})`;
  return said ? `${words}: ${said}` : words;
}

export function reasonOutcome(code: number): OutcomeCode {
  if (THROTTLED.includes(code)) return 'throttled';
  return OFFLINE.includes(code) ? 'offline' : 'refused';
}
