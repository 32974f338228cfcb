import type { CompiledCue, CompiledCueKind } from '../../crowd/compiled.ts';
import type { Scenario } from '../schema/scenario.ts';
import { MAX_CUE_TIMES, windowName } from '../windows.ts';

type Cue = Scenario['show'][number];

/** How long the window of a cue lasts for thresholds when the cue itself does not say. */
const WINDOW_MS = 30_000;

type Draft = Omit<CompiledCue, 'id'>;

/**
 * The show in order of time, repeats written out: `drop:serum#1`, `drop:serum#2`. A drop with a countdown and an end
 * becomes three cues. Units shrink with `scale`, as the audience does.
 */
export function compileCues(scenario: Scenario, scale: number): CompiledCue[] {
  const rooms = Object.keys(scenario.rooms);
  const products = Object.keys(scenario.products);
  const drafts = scenario.show.flatMap((cue) =>
    occurrences(cue, scenario.duration).flatMap((atMs) =>
      draftsOf(cue, atMs, scenario.duration, scale, products, rooms),
    ),
  );
  const ordered = drafts
    .filter((draft) => draft.atMs >= 0 && draft.atMs <= scenario.duration)
    .sort((a, b) => a.atMs - b.atMs);
  const counts = new Map<string, number>();
  return ordered.map((draft) => {
    const n = (counts.get(draft.window) ?? 0) + 1;
    counts.set(draft.window, n);
    return { ...draft, id: `${draft.window}#${n}` };
  });
}

/** Every time at which a cue comes. */
export function occurrences(cue: Cue, durationMs: number): number[] {
  if (!cue.every) return [cue.at];
  const until = Math.min(cue.until ?? durationMs, durationMs);
  const times: number[] = [];
  for (let t = cue.at; t <= until && times.length < MAX_CUE_TIMES; t += cue.every) times.push(t);
  return times;
}

function draftsOf(cue: Cue, atMs: number, endMs: number, scale: number, products: string[], rooms: string[]): Draft[] {
  const room = 'room' in cue && cue.room ? rooms.indexOf(cue.room) : -1;
  const product = 'product' in cue ? products.indexOf(cue.product) : -1;
  const base = { room, product, units: null, priceMinor: null, seconds: 0, text: '', interest: 0, atMs };
  const untilMs = Math.min(endMs, atMs + WINDOW_MS);
  const make = (kind: CompiledCueKind, window: string, more: Partial<Draft>): Draft => ({
    ...base,
    kind,
    window,
    untilMs,
    ...more,
  });
  switch (cue.cue) {
    case 'pin':
      return [make('pin', `pin:${cue.product}`, { interest: cue.interest })];
    case 'price':
      return [make('price', `price:${cue.product}`, { interest: cue.interest, priceMinor: cue.price.minor })];
    case 'restock':
      return [
        make('restock', `restock:${cue.product}`, { interest: cue.interest, units: scaleUnits(cue.units, scale) }),
      ];
    case 'call':
      return [make('call', windowName('call', cue.say), { text: cue.say, interest: cue.response })];
    case 'giveaway':
      return [make('giveaway', windowName('giveaway', cue.keyword), { text: cue.keyword, interest: cue.response })];
    case 'raid':
      return [make('raid', windowName('raid', cue.from), { text: cue.from })];
    case 'outage':
      // It happens to the backend, not in the room: see `compileBackend`.
      return [];
    case 'drop': {
      const closesAt = cue.for === undefined ? undefined : Math.min(endMs, atMs + cue.for);
      const drop = make('drop', `drop:${cue.product}`, {
        interest: cue.interest,
        units: cue.units === undefined ? null : scaleUnits(cue.units, scale),
        priceMinor: cue.price?.minor ?? null,
        untilMs: closesAt ?? untilMs,
      });
      const drafts = [drop];
      if (cue.countdown > 0) {
        drafts.unshift(
          make('countdown', `countdown:${cue.product}`, {
            atMs: atMs - cue.countdown,
            untilMs: atMs,
            seconds: cue.countdown / 1000,
          }),
        );
      }
      if (closesAt !== undefined)
        drafts.push(make('close', `close:${cue.product}`, { atMs: closesAt, untilMs: closesAt }));
      return drafts;
    }
  }
}

/** At least one unit of whatever there was. */
export function scaleUnits(units: number, scale: number): number {
  return units === 0 ? 0 : Math.max(1, Math.round(units * scale));
}
