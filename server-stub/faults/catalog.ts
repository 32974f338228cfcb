/**
 * Every way in which this shop can be made to break, on purpose. The docs, the options and the admin API are made of this list.
 *
 * `where`: which part breaks. Faults of the `store` are those of the memory store alone; the naive variants of the other stores
 * race by themselves.
 */
export interface FaultSpec {
  readonly where: 'store' | 'http' | 'room';
  /** How often it happens when it is switched on without a rate: a share from above 0 to 1. */
  readonly defaultRate: number;
  /** What the rate is a share of. */
  readonly per: string;
  /** What happens, in a sentence. */
  readonly what: string;
}

export const FAULTS = {
  stock_race: {
    where: 'store',
    defaultRate: 1,
    per: 'reservations',
    what: 'Stock is read, compared, and written back a moment later: whoever comes in between is overwritten.',
  },
  key_ignored: {
    where: 'store',
    defaultRate: 1,
    per: 'requests with a key that was seen before',
    what: 'A request with a known idempotency key is carried out once more.',
  },
  confirmed_not_saved: {
    where: 'store',
    defaultRate: 0.02,
    per: 'payments',
    what: 'The buyer is told that the payment was captured; nothing is saved, and the order expires.',
  },
  saved_not_confirmed: {
    where: 'http',
    defaultRate: 0.02,
    per: 'payments',
    what: 'The payment is captured and saved; the buyer is told that the card was declined.',
  },
  captured_twice: {
    where: 'store',
    defaultRate: 0.05,
    per: 'payments',
    what: 'The payment is captured, but the order does not become paid, and the answer is a 500: the retry captures again.',
  },
  wrong_price: {
    where: 'store',
    defaultRate: 0.02,
    per: 'checkouts',
    what: 'The order is made out for another amount than the cart promised.',
  },
  coupon_stacked: {
    where: 'store',
    defaultRate: 0.2,
    per: 'carts with a coupon',
    what: 'The discount of the coupon is taken off twice.',
  },
  limit_race: {
    where: 'store',
    defaultRate: 1,
    per: 'reservations',
    what: 'What a buyer has already is read, compared with the limit, and the units are taken a moment later: two requests at once both pass. Counted when a buyer has paid for more than the limit.',
  },
  sold_out_early: {
    where: 'store',
    defaultRate: 0.05,
    per: 'reservations',
    what: 'The buyer is told "sold out" while there are units left.',
  },
  stale_stock: {
    where: 'room',
    defaultRate: 0.2,
    per: 'pushes of a stock figure',
    what: 'A figure of some pushes ago is pushed instead of the new one, higher than that and than what was pushed before.',
  },
  chat_dropped: {
    where: 'room',
    defaultRate: 0.001,
    per: 'deliveries of a chat frame to a viewer',
    what: 'The frame is not sent to that viewer.',
  },
  chat_duplicated: {
    where: 'room',
    defaultRate: 0.001,
    per: 'deliveries of a chat frame to a viewer',
    what: 'The frame is sent to that viewer twice.',
  },
  chat_reordered: {
    where: 'room',
    defaultRate: 0.001,
    per: 'deliveries of a chat frame to a viewer',
    what: 'The frame reaches that viewer after the next one.',
  },
  chat_delayed: {
    where: 'room',
    defaultRate: 0.5,
    per: 'chat frames',
    what: 'One shard of the viewers (an eighth of them) gets the frame 2.5 s later than all others; the frames after it wait behind it.',
  },
  cue_missed: {
    where: 'room',
    defaultRate: 0.01,
    per: 'deliveries of a cue to a viewer',
    what: 'The cue is not sent to that viewer.',
  },
  slow_answers: {
    where: 'http',
    defaultRate: 0.02,
    per: 'shop requests',
    what: 'The answer comes 2.5 s later than it could.',
  },
  error_bursts: {
    where: 'http',
    defaultRate: 0.005,
    per: 'shop requests',
    what: 'A burst begins: for 300 ms every shop request is answered with a 500, and nothing is done.',
  },
  answer_lost: {
    where: 'http',
    defaultRate: 0.02,
    per: 'payments',
    what: 'The payment is captured and saved, and the answer never comes.',
  },
  throttled_200: {
    where: 'http',
    defaultRate: 0.02,
    per: 'shop requests',
    what: 'The request is refused as throttled, in the body of a 200.',
  },
  shortage_warning: {
    where: 'http',
    defaultRate: 1,
    per: 'carts that are refused as sold out',
    what: 'The answer is a success with a cart of no units and a warning, as Shopify does it.',
  },
  refund_lost_units: {
    where: 'store',
    defaultRate: 0.2,
    per: 'refunds',
    what: 'The money goes back, the units do not return to the shelf.',
  },
  hold_stuck: {
    where: 'store',
    defaultRate: 0.02,
    per: 'reservations',
    what: 'If the hold ends unpaid, its units are never given back.',
  },
  mass_disconnect: {
    where: 'room',
    defaultRate: 0.1,
    per: 'seconds',
    what: 'A third of the viewers lose their connection at once.',
  },
  wrong_buyer: {
    where: 'http',
    defaultRate: 0.02,
    per: 'checkouts',
    what: 'The answer names the order of another buyer.',
  },
} as const satisfies Record<string, FaultSpec>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];
