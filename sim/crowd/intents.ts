/** What a viewer means to do. The numbers are part of the golden trace: append, never renumber. */
export const INTENT = {
  enter: 0,
  chat: 1,
  like: 2,
  gift: 3,
  view: 4,
  cart: 5,
  checkout: 6,
  pay: 7,
  leave: 8,
  refund: 9,
} as const;
export type IntentKind = (typeof INTENT)[keyof typeof INTENT];
export const INTENT_NAMES = [
  'enter',
  'chat',
  'like',
  'gift',
  'view',
  'cart',
  'checkout',
  'pay',
  'leave',
  'refund',
] as const;

/**
 * Where the crowd's intents go. Called with numbers only, so that nothing is allocated.
 * - `row`: the viewer's row, valid until the viewer has left; `dueMs`: event time at which it was meant.
 * - `arg` and `arg2`, by kind: enter: attempt (0 = first time); chat: phrase index, or -1 - cue index for an answer to
 *   a call; like: number of likes; gift: its number; view, cart, checkout, pay, refund: product and attempt (0 = first try);
 *   a view with attempt -1 is an extra tap.
 */
export interface IntentSink {
  intent(kind: IntentKind, row: number, dueMs: number, arg: number, arg2: number): void;
}

/** How a shop step ended, as far as the crowd cares. */
export const ANSWER = { ok: 0, no: 1, unsure: 2 } as const;
export type AnswerKind = (typeof ANSWER)[keyof typeof ANSWER];
