/** Every metric: its type, unit and meaning. The names are part of the public interface; `docs/metrics.md` is generated from here. */

export type MetricType = 'trend' | 'counter' | 'rate' | 'gauge';

export interface MetricSpec {
  readonly type: MetricType;
  /** `ms`, `viewers`, `messages`, ...; money in the currency's minor unit. */
  readonly unit: string;
  readonly meaning: string;
}

export const METRICS = {
  viewers: {
    type: 'gauge',
    unit: 'viewers',
    meaning: 'Viewers connected to a room at once (CCU), sampled every second.',
  },
  viewers_joined: {
    type: 'counter',
    unit: 'viewers',
    meaning: 'Viewers who entered and were welcomed, without the uncounted ramp.',
  },
  join_duration: {
    type: 'trend',
    unit: 'ms',
    meaning: 'From the moment a viewer meant to enter to the welcome from the room.',
  },
  joins_failed: { type: 'counter', unit: 'viewers', meaning: 'Attempts to enter that ended without a welcome.' },
  reconnects: { type: 'counter', unit: 'connections', meaning: 'Connections made again after one was lost.' },
  chat_sent: { type: 'counter', unit: 'messages', meaning: 'Chat messages and gifts that viewers sent.' },
  chat_rejected: {
    type: 'counter',
    unit: 'messages',
    meaning: 'Chat messages that the backend refused (slow mode, too long).',
  },
  chat_received: {
    type: 'counter',
    unit: 'messages',
    meaning: 'Chat messages that arrived, counted for every viewer.',
  },
  chat_lag: {
    type: 'trend',
    unit: 'ms',
    meaning: 'From publication by the backend to arrival at a viewer, for every message and every viewer.',
  },
  chat_delivery: {
    type: 'rate',
    unit: 'messages',
    meaning:
      'Chat messages that arrived among those that should have: by sequence number, for each viewer, while connected.',
  },
  chat_duplicates: { type: 'counter', unit: 'messages', meaning: 'Chat messages that reached the same viewer again.' },
  chat_reordered: { type: 'counter', unit: 'messages', meaning: 'Chat messages that arrived after a later one.' },
  cue_lag: {
    type: 'trend',
    unit: 'ms',
    meaning: 'From publication of a cue (pin, drop, price, ...) to its arrival at a viewer.',
  },
  stock_lag: { type: 'trend', unit: 'ms', meaning: 'From publication of a stock figure to its arrival at a viewer.' },
  product_view_duration: {
    type: 'trend',
    unit: 'ms',
    meaning: 'Product page: from the moment the viewer meant to open it to the answer.',
  },
  cart_duration: {
    type: 'trend',
    unit: 'ms',
    meaning: 'Add to cart: from the moment the viewer meant to to the answer.',
  },
  checkout_duration: {
    type: 'trend',
    unit: 'ms',
    meaning: 'Checkout: from the moment the viewer meant to to the answer.',
  },
  payment_duration: {
    type: 'trend',
    unit: 'ms',
    meaning: 'Payment: from the moment the viewer meant to to the answer.',
  },
  refund_duration: {
    type: 'trend',
    unit: 'ms',
    meaning: 'Giving a paid order back: from the moment the viewer meant to to the answer.',
  },
  http_duration: {
    type: 'trend',
    unit: 'ms',
    meaning: 'All shop requests, from the moment the bytes left to the answer (service time).',
  },
  http_requests: { type: 'counter', unit: 'requests', meaning: 'Shop requests sent.' },
  http_failed: {
    type: 'rate',
    unit: 'requests',
    meaning: 'Shop requests that ended without a definite answer (time-out, cut connection, 5xx) among all.',
  },
  orders: { type: 'counter', unit: 'orders', meaning: 'Orders that a viewer was told are paid.' },
  refunds: { type: 'counter', unit: 'orders', meaning: 'Paid orders that viewers gave back, as they were told.' },
  orders_rejected: {
    type: 'counter',
    unit: 'orders',
    meaning: 'Purchases that ended with a definite no at the cart, the checkout or the payment.',
  },
  orders_unknown: {
    type: 'counter',
    unit: 'orders',
    meaning: 'Purchases whose payment ended without a definite answer.',
  },
  sold_out_seen: { type: 'counter', unit: 'viewers', meaning: 'Purchases that met "sold out".' },
  gmv: {
    type: 'counter',
    unit: 'minor',
    meaning: 'Gross merchandise value of the orders told as paid, in the minor unit of the currency.',
  },
  oversold_units: {
    type: 'counter',
    unit: 'units',
    meaning:
      'Units sold beyond the stock or beyond the batches on offer, by the books of the backend; read once, after the window.',
  },
  double_charges: {
    type: 'counter',
    unit: 'payments',
    meaning:
      'Payments captured beyond the first for one purchase, by the books of the backend; read once, after the window.',
  },
  lost_orders: {
    type: 'counter',
    unit: 'orders',
    meaning:
      'Orders that a viewer was told are paid and that the books of the backend do not hold as paid; read once, after the window.',
  },
  late_starts: {
    type: 'trend',
    unit: 'ms',
    meaning:
      'How long after its due time an intent left the generator, waiting for a free connection of ours included. The generator’s own delay, not the backend’s.',
  },
  loop_delay: { type: 'trend', unit: 'ms', meaning: 'Delay of the event loop of the workers.' },
  receive_wait: {
    type: 'trend',
    unit: 'ms',
    meaning:
      'How long a frame waits in the kernel and in a worker before it is read, by time stamps that the coordinator sends each worker 20 times a second.',
  },
  dropped_intents: {
    type: 'counter',
    unit: 'intents',
    meaning: 'Intents that could not be carried out because the viewer was not connected.',
  },
  video_startup: {
    type: 'trend',
    unit: 'ms',
    meaning:
      'From the moment a viewer began to watch to the first picture: playlists and first segment (or part) read.',
  },
  video_stalls: { type: 'counter', unit: 'stalls', meaning: 'Times that the picture stood still for want of data.' },
  video_stall_duration: { type: 'trend', unit: 'ms', meaning: 'How long the picture stood still, for each stall.' },
  video_rebuffering: {
    type: 'rate',
    unit: 'ms',
    meaning: 'Time that the picture stood still among all time since it first appeared (rebuffering ratio).',
  },
  video_switches: { type: 'counter', unit: 'switches', meaning: 'Changes of rendition, up and down.' },
  video_switches_down: { type: 'counter', unit: 'switches', meaning: 'Changes to a lower rendition.' },
  video_segments: { type: 'counter', unit: 'segments', meaning: 'Segments, or parts of them, that were read whole.' },
  video_segments_late: {
    type: 'counter',
    unit: 'segments',
    meaning:
      'Segments (parts) that took longer to arrive than the target duration, and those that a live playlist named a whole target duration too late.',
  },
  video_bytes: { type: 'counter', unit: 'bytes', meaning: 'Bytes of segments and playlists that viewers read.' },
  video_errors: {
    type: 'counter',
    unit: 'requests',
    meaning:
      'Requests for playlists or segments that failed: status of 400 or more, time-out, cut connection, no playlist.',
  },
  video_latency: {
    type: 'trend',
    unit: 'ms',
    meaning:
      'How far the picture is behind the moment that it shows, by EXT-X-PROGRAM-DATE-TIME, with every segment (part); not measured where the playlist has none.',
  },
} as const satisfies Record<string, MetricSpec>;

export type MetricName = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];

/** Tags a threshold may name in braces, and what their values are. */
export const METRIC_TAGS = {
  during: 'the window of a cue: `drop:serum` (all drops of serum), `drop:serum#2` (the second one)',
  room: 'the id of a room',
  persona: 'the name of a persona',
  product: 'the id of a product',
} as const;
export type MetricTag = keyof typeof METRIC_TAGS;
