import { beforeAll, describe, expect, it } from 'vitest';
import { NOTICED_BY } from '../../bench/faults/expected.ts';
import type { Job, Played } from '../../bench/faults/job.ts';
import { playPatiently } from '../../bench/faults/patience.ts';
import { play } from '../../bench/faults/player.ts';
import { FAULTS, type FaultName } from '../../server-stub/faults/catalog.ts';

/** A quick part of `npm run bench:faults`, which plays all of them, at two rates, with twenty seeds. */
const PLAYED: readonly FaultName[] = [
  'stock_race',
  'key_ignored',
  'confirmed_not_saved',
  'saved_not_confirmed',
  'wrong_price',
  'refund_lost_units',
  'chat_dropped',
  'cue_missed',
  'answer_lost',
];
const AT_ONCE = 4;
/** Faults that harm one payment in fifty by default: a slow machine sells too little for that. */
const RATES: Readonly<Partial<Record<FaultName, number>>> = {
  confirmed_not_saved: 0.1,
  saved_not_confirmed: 0.1,
  wrong_price: 0.1,
  answer_lost: 0.1,
};

const jobs: readonly Job[] = [null, ...PLAYED].map((fault, id) => ({
  id,
  seed: 1,
  store: 'memory',
  fault: fault && { name: fault, rate: RATES[fault] ?? FAULTS[fault].defaultRate },
}));
const played = new Map<string, Played>();

beforeAll(async () => {
  const left = [...jobs];
  const lane = async (): Promise<void> => {
    for (let job = left.shift(); job; job = left.shift()) {
      played.set(job.fault?.name ?? 'none', await playPatiently(job, play, console.warn));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}, 300_000);

describe('a shop that breaks on purpose', () => {
  it.each(PLAYED)('%s is noticed by what should notice it', (fault) => {
    const found = played.get(fault)!;
    expect(found.occurrences, JSON.stringify(found)).toBeGreaterThan(0);
    const noticed = NOTICED_BY[fault].filter((id) => found.failed.includes(id) || found.incidents.includes(id));
    expect(noticed, JSON.stringify(found)).not.toEqual([]);
  });
});

describe('a shop that is well', () => {
  it('breaks no invariant, and none is unknown', () => {
    const found = played.get('none')!;
    expect(found.orders).toBeGreaterThan(100);
    expect([found.failed, found.unknown]).toEqual([[], []]);
  });
});
