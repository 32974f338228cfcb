/** What stands in the files of the history. A field that is added without a word here does not compile. */
import type { HistoryEvent } from '../sim/ledger/events.ts';

type EventWords = {
  readonly [E in HistoryEvent as E['e']]: {
    readonly by: 'host' | 'worker' | 'both';
    readonly what: string;
    readonly fields: Readonly<Record<Exclude<keyof E, 'e'>, string>>;
  };
};

const AT = 'when';
const VIEWER = 'viewer';
const PURCHASE = 'purchase, the number of that viewer’s after a `/`; a second device has a `b` behind it';

const CUE = {
  id: '`drop:serum#2`',
  kind: '`drop`',
  roomId: '`null`: every room',
  productId: 'or `null`',
  units: 'of a drop or a restock',
  priceMinor: 'a new price',
  sentMs: 'when it was asked for',
  answeredMs: 'when the backend had done it',
  status: '`done`, `refused`, or `unknown`',
  manual: 'the backend has no action for it: a person does it, or nobody',
};

const GOT = {
  q: 'number of the last message due',
  n: 'received',
  d: 'twice',
  o: 'out of order',
  m: 'missing, as ranges of numbers',
  c: 'cues seen',
};

export const HISTORY_EVENTS: EventWords = {
  begin: {
    by: 'both',
    what: 'first line of every file',
    fields: {
      format: '`flashcrowd/history`',
      version: '1',
      runId: 'of the run',
      shard: 'worker; -1: the host',
      shards: 'workers in all',
      fromMs: 'start of the window',
    },
  },
  show: {
    by: 'host',
    what: 'the show when the window began',
    fields: { show: 'products, prices, stock, limits', target: 'what the backend promises of its chat' },
  },
  go: { by: 'host', what: 'the window begins', fields: { epochOffsetMs: 'epoch ms less event time' } },
  give: { by: 'host', what: 'a cue goes out; its `cue` takes the place of this', fields: CUE },
  cue: { by: 'host', what: 'the host gave a cue', fields: CUE },
  died: { by: 'host', what: 'a worker ended before its time', fields: { shard: 'worker', how: 'how' } },
  invalid: {
    by: 'host',
    what: 'the generator could not keep up',
    fields: { fromMs: 'from', untilMs: 'to' },
  },
  enter: {
    by: 'worker',
    what: 'a viewer was welcomed to a room',
    fields: { at: AT, v: VIEWER, r: 'room', q: 'number of the last message before' },
  },
  leave: {
    by: 'worker',
    what: 'its connection ended',
    fields: {
      at: AT,
      v: VIEWER,
      r: 'room',
      h: '`left`, `lost`, or `end` of the run',
      ...GOT,
      l: 'a second or more late',
    },
  },
  room: {
    by: 'worker',
    what: 'once a second: what all have got who are in, but for those of whom a `here` says otherwise',
    fields: {
      at: AT,
      u: 'what was said up to then has arrived, or never does',
      r: 'room',
      q: 'number of the last message due; `null`: what was due is told at the end of a visit only',
      c: 'cues that anybody there has seen',
    },
  },
  here: {
    by: 'worker',
    what: 'as `leave`, so far, of one who is in and got something twice, out of order or not at all',
    fields: {
      at: AT,
      u: 'as in `room`',
      v: VIEWER,
      r: 'room',
      ...GOT,
      z: '1: so much is missing that no more is told of this one before it leaves',
    },
  },
  chat: {
    by: 'worker',
    what: 'a message or a gift was sent',
    fields: { at: AT, v: VIEWER, ref: 'number of the sender' },
  },
  sent: {
    by: 'worker',
    what: 'a request leaves; written before its answer can come',
    fields: {
      at: AT,
      v: VIEWER,
      p: PURCHASE,
      s: 'step: `view`, `cart`, `checkout`, `pay`, `refund`',
      a: 'attempt, from 0; -1: an extra tap',
      x: 'product',
      k: 'idempotency key',
      u: 'units',
      cp: 'coupon that was entered with a cart',
    },
  },
  told: {
    by: 'worker',
    what: 'its answer; same `p`, `s` and `a`',
    fields: {
      at: AT,
      p: 'purchase',
      s: 'step',
      a: 'attempt',
      o: '`ok`, `rejected` or `unknown`',
      c: 'code: `ok`, `sold_out`, `timeout`',
      h: 'HTTP status',
      un: '1: it never left this machine',
      cart: 'id',
      order: 'id',
      pay: 'id of the payment',
      u: 'units',
      price: 'of a unit',
      off: 'discount',
      amount: 'in all',
    },
  },
  stock: {
    by: 'worker',
    what: 'a stock figure, when the first viewer of the worker saw it',
    fields: { at: 'when it was published', seen: 'when it was seen', x: 'product', left: 'units' },
  },
  end: {
    by: 'both',
    what: 'last line of a file that is whole',
    fields: { at: AT, lost: 'events that could not be written' },
  },
};
