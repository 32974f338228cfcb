import { describe, expect, it } from 'vitest';
import { chatDelivered } from '../../sim/ledger/checks/chat-delivered.ts';
import { chatInOrder } from '../../sim/ledger/checks/chat-in-order.ts';
import { chatOnce } from '../../sim/ledger/checks/chat-once.ts';
import type { TargetPromises } from '../../sim/ledger/history.ts';
import { gapFrom, historyOf } from './rig.ts';
import { visit } from './visits-rig.ts';

const ALL = [chatDelivered, chatOnce, chatInOrder];
const SAMPLED: TargetPromises = { name: 'stub', chatNumbers: 'sequence', chatDelivery: 'sampled' };
const whole = historyOf({ visits: [visit('ann'), visit('bob')] });

describe.each(ALL.map((checker) => [checker.id, checker] as const))('%s', (_, checker) => {
  it('passes when everybody got everything once and in order', () => {
    expect(checker.check(whole, null)).toMatchObject({ status: 'pass', violations: 0 });
  });

  it('is left out when no message was due to anybody', () => {
    expect(checker.check(historyOf(), null)).toBeNull();
    const silent = visit('ann', { lastSeq: 10, received: 0 });
    expect(checker.check(historyOf({ visits: [silent] }), null)).toBeNull();
  });

  it('is unknown when a visit has no end, or a worker was lost', () => {
    expect(checker.check(historyOf({ visits: [visit('ann'), visit('bob', null)] }), null)?.status).toBe('unknown');
    expect(checker.check(historyOf({ visits: [visit('ann')], gaps: [gapFrom(5000)] }), null)?.status).toBe('unknown');
    expect(checker.check(historyOf({ gaps: [gapFrom(5000)] }), null)?.status).toBe('unknown');
  });

  it('is unknown for a backend without numbers', () => {
    const target: TargetPromises = { name: 'other', chatNumbers: 'none', chatDelivery: 'all' };
    expect(checker.check(historyOf({ visits: [visit('ann')], target }), null)?.status).toBe('unknown');
  });

  it('fails in spite of a lost worker when a violation is there', () => {
    const bad = visit('ann', { received: 99, missing: [[20, 20]], duplicates: 1, reordered: 1 });
    const history = historyOf({ visits: [bad, visit('bob', null)], gaps: [gapFrom(5000)] });
    expect(checker.check(history, null)).toMatchObject({ status: 'fail', violations: 1 });
  });
});

describe('chat_delivered', () => {
  it('counts missing messages and names viewer, room, ranges and times', () => {
    const missed = visit('ann', {
      received: 96,
      missing: [
        [20, 22],
        [50, 50],
      ],
    });
    const result = chatDelivered.check(historyOf({ visits: [missed, visit('bob')] }), null);
    expect(result).toMatchObject({
      status: 'fail',
      violations: 4,
      detail: '196 of 200 messages due were received; 1 visit missed 4.',
    });
    expect(result?.evidence).toEqual(['ann in main, 1.0 s to 30.0 s: 4 messages of 100 never came: 20 to 22, 50']);
    expect(result?.cases[0].timeline.map(({ atMs, text }) => `${atMs} ${text}`)).toEqual([
      '1000 ann enters main after message 10',
      '30000 4 messages of 100 never came: 20 to 22, 50',
      '30000 ann leaves: due up to message 110, 96 messages received',
    ]);
  });

  it('counts what the first ranges do not name', () => {
    const missed = visit('ann', { received: 40, missing: [[20, 22]] });
    expect(chatDelivered.check(historyOf({ visits: [missed] }), null)?.violations).toBe(60);
  });

  it('lets a sample be a sample, but not nothing', () => {
    const some = visit('ann', { received: 3, lastSeq: 510 });
    const none = visit('bob', { received: 0, lastSeq: 510 });
    const shortly = visit('eve', { received: 0, lastSeq: 100 });
    expect(chatDelivered.check(historyOf({ visits: [some, shortly], target: SAMPLED }), null)?.status).toBe('pass');
    const result = chatDelivered.check(historyOf({ visits: [some, none], target: SAMPLED }), null);
    expect(result).toMatchObject({ status: 'fail', violations: 1 });
    expect(result?.evidence).toEqual(['bob in main, 1.0 s to 30.0 s: not one of 500 messages came']);
  });
});

describe('chat_once and chat_in_order', () => {
  it('count what came again, and what came late', () => {
    const history = historyOf({ visits: [visit('ann', { duplicates: 3, reordered: 2 }), visit('bob')] });
    const once = chatOnce.check(history, null);
    expect(once).toMatchObject({ status: 'fail', violations: 3 });
    expect(once?.evidence).toEqual(['ann in main, 1.0 s to 30.0 s: 3 messages came again']);
    const inOrder = chatInOrder.check(history, null);
    expect(inOrder).toMatchObject({ status: 'fail', violations: 2 });
    expect(inOrder?.evidence).toEqual(['ann in main, 1.0 s to 30.0 s: 2 messages came after a later one']);
  });
});
