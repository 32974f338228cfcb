import { emptyTags, type Span, type TagContext, type TagResolver } from '../../sim/metrics/tags.ts';

/** Two rooms, two personas, two products, and two drops of serum that are the windows 10-20 s and 40-50 s. */
export const WINDOWS: Record<string, Span[]> = {
  'drop:serum': [
    { fromMs: 40_000, toMs: 50_000 },
    { fromMs: 10_000, toMs: 20_000 },
  ],
  'drop:serum#2': [{ fromMs: 40_000, toMs: 50_000 }],
};
export const IDS = { room: ['main', 'side'], persona: ['fan', 'bot'], product: ['serum', 'cream'] };

export const RESOLVER: TagResolver = {
  index: (tag, id) => IDS[tag].indexOf(id),
  windows: (value) => WINDOWS[value] ?? [],
};

export function tags(part: Partial<TagContext> = {}): TagContext {
  return { ...emptyTags(), ...part };
}

export const PLAYED: Span = { fromMs: 0, toMs: 60_000 };
