/**
 * JSON from a room -> messages, by rules: every rule that fits makes one. A rule fits when its `when` holds and what it must read is there;
 * what fits none is passed over, because rooms say many things that are no business of ours.
 */

import type { HostCue, OutcomeCode, RoomMessage } from '../target.ts';
import { condition, type Conditions } from './condition.ts';
import { allOf, pathOf } from './path.ts';
import type { MessageRules, Rule } from './options.ts';
import { timeOf } from './time.ts';
import { ourName, type ProductNames } from './values.ts';

type Emit = (message: RoomMessage) => void;
type Get = (value: unknown) => unknown;
type Reader = (value: unknown, emit: Emit) => void;

/** How our plain format is read: what there is without `messages`. */
const PLAIN: MessageRules = {
  chat: { when: { '$.type': 'chat' }, text: '$.text', from: '$.from', number: '$.seq', at: '$.at' },
  cue: { when: { '$.type': 'cue' }, id: '$.id', at: '$.at' },
  stock: { when: { '$.type': 'stock' }, product: '$.product', left: '$.left', at: '$.at' },
  count: { when: { '$.type': 'count' }, viewers: '$.viewers' },
  likes: { when: { '$.type': 'likes' }, total: '$.total' },
  ack: { when: { '$.type': 'ack' }, ref: '$.ref', ok: { '$.ok': true }, throttled: { '$.code': 'throttled' } },
  welcome: { when: { '$.type': 'welcome' }, number: '$.seq', cues: '$.cues[*]' },
  refused: { when: { '$.type': 'error' }, reason: '$.message', codes: { throttled: { '$.code': 429 } } },
};

/**
 * `numbers`: chat is numbered by the room itself only where that is `sequence`; else `seq` is always null, whatever the rules read.
 * Throws Error for rules that cannot be read; the reader itself throws nothing for JSON.
 */
export function messageReader(
  rules: MessageRules | undefined,
  products?: ProductNames,
  numbers: 'sequence' | 'markers' | 'none' = 'sequence',
): (value: unknown, emit: (message: RoomMessage) => void) => void {
  const { each, ...kinds } = rules ?? PLAIN;
  const numbered = numbers === 'sequence';
  const toOurs = ourName(products);
  const readers: readonly Reader[] = [
    ...listOf(kinds.chat).map((rule) => chatReader(rule, numbered)),
    ...listOf(kinds.cue).map(cueReader),
    ...listOf(kinds.cues).map((rule) => announcementReader(rule, toOurs)),
    ...listOf(kinds.stock).map((rule) => stockReader(rule, toOurs)),
    ...listOf(kinds.count).map(countReader),
    ...listOf(kinds.likes).map(likesReader),
    ...listOf(kinds.ack).map(ackReader),
    ...listOf(kinds.welcome).map((rule) => welcomeReader(rule, numbered)),
    ...listOf(kinds.refused).map(refusedReader),
  ];
  const one: Reader = (value, emit) => {
    for (const read of readers) read(value, emit);
  };
  if (each === undefined) return one;
  const all = allOf(each);
  return (value, emit) => {
    for (const message of all(value)) one(message, emit);
  };
}

function chatReader(rule: Rule<'chat'>, numbered: boolean): Reader {
  const text = optional(rule.text);
  const from = optional(rule.from);
  const number = optional(numbered ? rule.number : undefined);
  const at = optional(rule.at);
  return guarded(rule.when, (value, emit) => {
    const seq = wholeOf(number(value));
    const publishedAtMs = timeOf(at(value));
    const message = { kind: 'chat', seq, publishedAtMs, from: nameOf(from(value)) ?? '' } as const;
    if (seq !== null && publishedAtMs !== null) emit(message);
    else emit({ ...message, text: nameOf(text(value)) ?? '' });
  });
}

function cueReader(rule: Rule<'cue'>): Reader {
  const id = pathOf(rule.id);
  const at = optional(rule.at);
  return guarded(rule.when, (value, emit) => {
    const cueId = nameOf(id(value));
    if (cueId !== null) emit({ kind: 'cue', cueId, publishedAtMs: timeOf(at(value)) });
  });
}

function announcementReader(rule: Rule<'cues'>, toOurs: (name: string) => string): Reader {
  const cueKind: HostCue['kind'] = rule.is;
  const product = optional(rule.product);
  const at = optional(rule.at);
  return guarded(rule.when, (value, emit) => {
    const name = nameOf(product(value));
    const productId = name === null ? null : toOurs(name);
    emit({ kind: 'announcement', cueKind, productId, publishedAtMs: timeOf(at(value)) });
  });
}

function stockReader(rule: Rule<'stock'>, toOurs: (name: string) => string): Reader {
  const product = pathOf(rule.product);
  const left = pathOf(rule.left);
  const at = optional(rule.at);
  return guarded(rule.when, (value, emit) => {
    const name = nameOf(product(value));
    const units = wholeOf(left(value));
    if (name === null || units === null) return;
    emit({ kind: 'stock', productId: toOurs(name), left: units, publishedAtMs: timeOf(at(value)) });
  });
}

function countReader(rule: Rule<'count'>): Reader {
  const get = pathOf(rule.viewers);
  return guarded(rule.when, (value, emit) => {
    const viewers = wholeOf(get(value));
    if (viewers !== null) emit({ kind: 'count', viewers });
  });
}

function likesReader(rule: Rule<'likes'>): Reader {
  const get = pathOf(rule.total);
  return guarded(rule.when, (value, emit) => {
    const total = wholeOf(get(value));
    if (total !== null) emit({ kind: 'likes', total });
  });
}

function ackReader(rule: Rule<'ack'>): Reader {
  const get = pathOf(rule.ref);
  const isOk = condition(rule.ok ?? {});
  const isThrottled = rule.throttled === undefined ? () => false : condition(rule.throttled);
  return guarded(rule.when, (value, emit) => {
    const ref = wholeOf(get(value));
    if (ref === null) return;
    if (isOk(value)) emit({ kind: 'chat_ack', ref, ok: true, code: 'ok' });
    else emit({ kind: 'chat_ack', ref, ok: false, code: isThrottled(value) ? 'throttled' : 'refused' });
  });
}

function welcomeReader(rule: Rule<'welcome'>, numbered: boolean): Reader {
  const number = optional(numbered ? rule.number : undefined);
  const cues = rule.cues === undefined ? () => [] : allOf(rule.cues);
  return guarded(rule.when, (value, emit) => {
    const openCueIds = cues(value)
      .map(nameOf)
      .filter((id) => id !== null);
    emit({ kind: 'welcome', seq: wholeOf(number(value)), openCueIds });
  });
}

function refusedReader(rule: Rule<'refused'>): Reader {
  const reason = optional(rule.reason);
  const codes = Object.entries(rule.codes ?? {}).map(([code, when]) => ({
    code: code as OutcomeCode,
    holds: condition(when),
  }));
  return guarded(rule.when, (value, emit) => {
    const code = codes.find(({ holds }) => holds(value))?.code ?? 'refused';
    emit({ kind: 'refused', code, reason: nameOf(reason(value)) ?? '' });
  });
}

function guarded(when: Conditions | undefined, read: Reader): Reader {
  if (when === undefined) return read;
  const holds = condition(when);
  return (value, emit) => {
    if (holds(value)) read(value, emit);
  };
}

function optional(path: string | undefined): Get {
  return path === undefined ? () => undefined : pathOf(path);
}

function listOf<T>(one: T | readonly T[] | undefined): readonly T[] {
  if (one === undefined) return [];
  return Array.isArray(one) ? (one as readonly T[]) : [one as T];
}

/** A name, a text or a number, as text. */
function nameOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

function wholeOf(value: unknown): number | null {
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
}
