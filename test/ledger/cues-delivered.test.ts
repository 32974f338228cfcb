import { describe, expect, it } from 'vitest';
import { cuesDelivered } from '../../sim/ledger/checks/cues-delivered.ts';
import { cue, gapFrom, historyOf } from './rig.ts';
import { visit } from './visits-rig.ts';

/** Given at 10 s, done at 10.05 s. */
const drop = cue('drop', 10_000);
const saw = { cueIds: [drop.id] };

function statusOf(change: Parameters<typeof historyOf>[0]): string | undefined {
  return cuesDelivered.check(historyOf({ cues: [drop], ...change }), null)?.status;
}

describe('cues_delivered', () => {
  it('passes when everybody who was there saw it', () => {
    const result = cuesDelivered.check(
      historyOf({ cues: [drop], visits: [visit('ann', saw), visit('bob', saw)] }),
      null,
    );
    expect(result).toMatchObject({
      status: 'pass',
      violations: 0,
      acceptable: '1 cue seen by everyone who was there: 2 deliveries',
    });
  });

  it('names the cue and the viewer who never saw it', () => {
    const result = cuesDelivered.check(historyOf({ cues: [drop], visits: [visit('ann', saw), visit('bob')] }), null);
    expect(result).toMatchObject({ status: 'fail', violations: 1 });
    expect(result?.evidence).toEqual([
      'drop@10000 (drop of mug) at 10 s was never seen by bob in main, 1.0 s to 30.0 s',
    ]);
    expect(result?.cases[0].timeline.map(({ atMs }) => atMs)).toEqual([1000, 10_000, 10_050, 30_000]);
  });

  it('owes nothing to who came after it, left too early, or was in another room', () => {
    const ann = visit('ann', saw);
    expect(statusOf({ visits: [ann, visit('bob', {}, { enteredMs: 9500 })] })).toBe('pass');
    expect(statusOf({ visits: [ann, visit('bob', { atMs: 12_000, how: 'lost' })] })).toBe('pass');
    const here = cue('pin', 10_000, { roomId: 'main' });
    const there = visit('bob', {}, { roomId: 'other' });
    expect(statusOf({ cues: [here], visits: [visit('ann', { cueIds: [here.id] }), there] })).toBe('pass');
  });

  it('asks nothing of cues without a definite answer, of refused ones, and of raids', () => {
    const cues = [
      cue('drop', 10_000, { status: 'unknown', answeredMs: null }),
      cue('pin', 10_000, { status: 'refused' }),
      cue('raid', 10_000),
    ];
    expect(cuesDelivered.check(historyOf({ cues, visits: [visit('ann')] }), null)).toBeNull();
  });

  it('excuses who left while the generator could not keep up', () => {
    const visits = [visit('ann', saw), visit('bob', { atMs: 15_000 })];
    expect(statusOf({ visits })).toBe('fail');
    expect(statusOf({ visits, invalid: [{ fromMs: 11_000, untilMs: 14_000 }] })).toBe('pass');
    expect(statusOf({ visits, invalid: [{ fromMs: 2000, untilMs: 5000 }] })).toBe('fail');
  });

  it('is unknown when a visit has no end, unless somebody else missed it', () => {
    expect(statusOf({ visits: [visit('ann', saw), visit('bob', null)] })).toBe('unknown');
    expect(statusOf({ visits: [visit('ann', saw)], gaps: [gapFrom(5000)] })).toBe('unknown');
    expect(statusOf({ visits: [visit('ann'), visit('bob', null)] })).toBe('fail');
  });
});
