/** Where a target goes: every address that the load, and its requests besides, will reach. */

import type { Target } from '../combine.ts';
import type { TargetViewer } from '../target.ts';

/** Keys of what is sent or read: an address in there is no place to go to. */
const CONTENT = new Set([
  'json',
  'form',
  'body',
  'headers',
  'say',
  'messages',
  'open',
  'capture',
  'answers',
  'result',
  'data',
  'claims',
]);
const ADDRESS = /^(?:https?|wss?):\/\/\S+$/i;

/** Written in the options of an adapter, as they stand there: with `{{placeholders}}`. */
export function writtenAddresses(options: unknown): string[] {
  if (typeof options === 'string') return ADDRESS.test(options) ? [options] : [];
  if (typeof options !== 'object' || options === null) return [];
  return Object.entries(options).flatMap(([key, value]) => (CONTENT.has(key) ? [] : writtenAddresses(value)));
}

/** Of the target as it was made, and of what is written in its options. `roomIds`: an address may hang on the room. */
export function addressesOf(target: Target, options: readonly unknown[], roomIds: readonly string[]): URL[] {
  const { room, shop, hosts, books, arrivals, health, accounts } = target;
  const origins = [...health, ...hosts, ...arrivals, room, shop, books].flatMap((part) => (part ? [part.origin] : []));
  const lines = room ? roomIds.map((roomId) => room.connect(anyViewer(roomId, accounts)).url) : [];
  const written = options.flatMap(writtenAddresses);
  const urls = [...origins, ...lines, ...written].flatMap((text) => (URL.canParse(text) ? [new URL(text)] : []));
  return [...new Map(urls.map((url) => [`${url.protocol}//${url.host}`, url])).values()];
}

function anyViewer(roomId: string, accounts: Target['accounts']): TargetViewer {
  return { id: 'probe-0', name: 'probe', roomId, number: 0, account: { ...accounts[0] }, session: {} };
}
