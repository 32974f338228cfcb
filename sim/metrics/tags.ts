/**
 * Tags: which part of a metric a threshold asks about, `chat_lag{during:drop:serum,room:main}`. Nothing is kept for a
 * tag that no threshold names. For those that one names, a `Selector` compares small integers, so the hot path sees no
 * string.
 */

import type { CompiledScenario } from '../crowd/compiled.ts';
import type { MetricName, MetricTag } from './registry.ts';

/**
 * Where and when a measurement was made. A world keeps one such object and writes over it; nobody may hold on to it.
 * Indices are those of CompiledScenario, -1 for none. `atMs` is event time; NaN is in no window.
 */
export interface TagContext {
  room: number;
  persona: number;
  product: number;
  atMs: number;
}

/** A new context that matches no tag. */
export function emptyTags(): TagContext {
  return { room: -1, persona: -1, product: -1, atMs: NaN };
}

/** One tag of a metric key. */
export interface TagMatch {
  readonly tag: MetricTag;
  readonly value: string;
}

/** From `fromMs` to before `toMs`, event time. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Turns the ids in metric keys into indices (-1 for an id that is not there) and windows (none when no cue has it). */
export interface TagResolver {
  index(tag: 'room' | 'persona' | 'product', id: string): number;
  windows(value: string): readonly Span[];
}

export function resolverFor(scenario: Pick<CompiledScenario, 'rooms' | 'personas' | 'products' | 'cues'>): TagResolver {
  const lists = { room: scenario.rooms, persona: scenario.personas, product: scenario.products };
  return {
    index: (tag, id) => lists[tag].findIndex((entry) => entry.id === id),
    windows: (value) =>
      scenario.cues
        .filter((cue) => cue.window === value || cue.id === value)
        .map((cue) => ({ fromMs: cue.atMs, toMs: cue.untilMs })),
  };
}

const VIEWER: readonly MetricTag[] = ['during', 'room', 'persona'];
const PRODUCT: readonly MetricTag[] = ['during', 'room', 'persona', 'product'];

/** The tags each metric can have. One that a metric never has would select nothing, so naming it is an error. */
export const TAGS_OF: Readonly<Record<MetricName, readonly MetricTag[]>> = {
  viewers: ['during'],
  viewers_joined: VIEWER,
  join_duration: VIEWER,
  joins_failed: VIEWER,
  reconnects: VIEWER,
  chat_sent: VIEWER,
  chat_rejected: VIEWER,
  chat_received: VIEWER,
  chat_lag: VIEWER,
  // Judged for a whole connection, when it ends.
  chat_delivery: ['room', 'persona'],
  chat_duplicates: VIEWER,
  chat_reordered: VIEWER,
  cue_lag: PRODUCT,
  stock_lag: PRODUCT,
  product_view_duration: PRODUCT,
  cart_duration: PRODUCT,
  checkout_duration: PRODUCT,
  payment_duration: PRODUCT,
  http_duration: PRODUCT,
  http_requests: PRODUCT,
  http_failed: PRODUCT,
  orders: PRODUCT,
  refunds: PRODUCT,
  refund_duration: PRODUCT,
  orders_rejected: PRODUCT,
  orders_unknown: PRODUCT,
  sold_out_seen: PRODUCT,
  gmv: PRODUCT,
  // Read from the books, once.
  oversold_units: ['product'],
  double_charges: [],
  lost_orders: [],
  late_starts: PRODUCT,
  loop_delay: ['during'],
  receive_wait: ['during'],
  dropped_intents: VIEWER,
  video_startup: VIEWER,
  video_stalls: VIEWER,
  video_stall_duration: VIEWER,
  video_rebuffering: VIEWER,
  video_switches: VIEWER,
  video_switches_down: VIEWER,
  video_segments: VIEWER,
  video_segments_late: VIEWER,
  video_bytes: VIEWER,
  video_errors: VIEWER,
  video_latency: VIEWER,
};

/** Decides whether a measurement belongs to a tagged part of a metric. All tags must match. */
export class Selector {
  private room = -1;
  private persona = -1;
  private product = -1;
  /** Starts and ends of disjoint windows, ascending; empty when any time will do. */
  private edgesMs = new Float64Array(0);

  /** Throws RangeError for an id or a window that the resolver does not know. */
  constructor(tags: readonly TagMatch[], resolver: TagResolver) {
    for (const { tag, value } of tags) {
      if (tag === 'during') {
        this.edgesMs = edges(resolver.windows(value));
        if (this.edgesMs.length === 0) throw new RangeError(`no cue has the window "${value}"`);
        continue;
      }
      this[tag] = resolver.index(tag, value);
      if (this[tag] < 0) throw new RangeError(`no ${tag} has the id "${value}"`);
    }
  }

  matches(context: TagContext): boolean {
    if (this.room >= 0 && this.room !== context.room) return false;
    if (this.persona >= 0 && this.persona !== context.persona) return false;
    if (this.product >= 0 && this.product !== context.product) return false;
    return this.edgesMs.length === 0 || isInside(this.edgesMs, context.atMs);
  }

  /** How many ms of a span lie in the windows; all of it when there are none. Never negative. */
  coveredMs(span: Span): number {
    const edgesMs = this.edgesMs;
    if (edgesMs.length === 0) return Math.max(0, span.toMs - span.fromMs);
    let covered = 0;
    for (let i = 0; i < edgesMs.length; i += 2) {
      covered += Math.max(0, Math.min(edgesMs[i + 1], span.toMs) - Math.max(edgesMs[i], span.fromMs));
    }
    return covered;
  }
}

/** Joins windows that overlap or touch, and writes them out as start, end, start, end. */
function edges(windows: readonly Span[]): Float64Array<ArrayBuffer> {
  const sorted = windows.filter(({ fromMs, toMs }) => toMs > fromMs).sort((a, b) => a.fromMs - b.fromMs);
  const out: number[] = [];
  for (const { fromMs, toMs } of sorted) {
    const lastEndMs = out.length === 0 ? -Infinity : out[out.length - 1];
    if (fromMs <= lastEndMs) out[out.length - 1] = Math.max(lastEndMs, toMs);
    else out.push(fromMs, toMs);
  }
  return Float64Array.from(out);
}

/** A time is inside when the edges at or before it are odd in number; found by bisection. */
function isInside(edgesMs: Float64Array, atMs: number): boolean {
  let low = 0;
  let high = edgesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edgesMs[middle] <= atMs) low = middle + 1;
    else high = middle;
  }
  return (low & 1) === 1;
}
