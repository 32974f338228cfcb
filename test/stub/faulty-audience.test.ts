import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FaultyAudience } from '../../server-stub/faults/audience.ts';
import { watchDisconnects } from '../../server-stub/faults/disconnects.ts';
import { Faults } from '../../server-stub/faults/faults.ts';
import type { Listed } from '../../server-stub/rooms/audience.ts';

/** Somebody on a line that takes `room` frames, and writes down what it got. */
class Someone implements Listed {
  slot = -1;
  readonly got: string[] = [];
  readonly line: Listed['line'];

  constructor(room = Number.POSITIVE_INFINITY) {
    this.line = {
      send: (frame) => this.got.length < room && this.got.push(String(frame)) > 0,
      close: () => this.got.push('close'),
    };
  }
}

const LATE_MS = 2500;
let faults: Faults;
let audience: FaultyAudience<Someone>;
const tooSlow: Someone[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  tooSlow.length = 0;
  faults = new Faults(1);
  audience = new FaultyAudience(faults);
});
afterEach(() => vi.useRealTimers());

function enter(someone = new Someone()): Someone {
  audience.add(someone);
  return someone;
}
function tell(text: string, kind: 'chat' | 'cue' | 'stock' = 'chat'): void {
  audience.broadcast(
    Buffer.from(text),
    (member) => {
      tooSlow.push(member);
      audience.remove(member);
    },
    kind,
  );
}

describe('frames that are late', () => {
  test('reach the first of every eight, and what follows waits behind them', () => {
    const all = Array.from({ length: 16 }, () => enter());
    const late = all.filter((_, i) => i % 8 === 0);
    faults.set({ chat_delayed: 1 });
    tell('1');
    faults.set({});
    vi.advanceTimersByTime(1000);
    tell('drop', 'cue');
    tell('2');
    expect(late.map((each) => each.got)).toEqual([[], []]);
    expect(all[1].got).toEqual(['1', 'drop', '2']);
    vi.advanceTimersByTime(LATE_MS - 1000);
    for (const each of all) expect(each.got).toEqual(['1', 'drop', '2']);
    tell('3');
    expect(late[0].got).toEqual(['1', 'drop', '2', '3']);
  });

  test('are each as late as the others', () => {
    const one = enter();
    faults.set({ chat_delayed: 1 });
    tell('1');
    vi.advanceTimersByTime(2000);
    tell('2');
    vi.advanceTimersByTime(LATE_MS - 2000);
    expect(one.got).toEqual(['1']);
    vi.advanceTimersByTime(2000);
    expect(one.got).toEqual(['1', '2']);
  });

  test('do not reach who came after them', () => {
    enter();
    faults.set({ chat_delayed: 1 });
    tell('1');
    const others = Array.from({ length: 8 }, () => enter());
    tell('2');
    vi.advanceTimersByTime(LATE_MS);
    for (const each of others) expect(each.got).toEqual(['2']);
  });

  test('do not follow a close frame, nor reach who left', () => {
    const one = enter();
    faults.set({ chat_delayed: 1 });
    tell('1');
    audience.remove(one);
    one.line.close(1001, 'bye');
    vi.advanceTimersByTime(LATE_MS);
    expect(one.got).toEqual(['close']);
  });

  test('are no reason to write to who was found too slow at the first of them', () => {
    const slow = enter(new Someone(1));
    faults.set({ chat_delayed: 1 });
    for (const text of ['1', '2', '3']) tell(text);
    vi.advanceTimersByTime(LATE_MS);
    expect(slow.got).toEqual(['1']);
    expect(tooSlow).toEqual([slow]);
  });
});

test('a frame that waits for the next one is forgotten when the viewer leaves, and not counted', () => {
  const [one, two] = [enter(), enter()];
  faults.set({ chat_reordered: 1 });
  tell('1');
  audience.remove(one);
  tell('pin', 'cue');
  tell('2');
  expect(one.got).toEqual([]);
  expect(two.got).toEqual(['pin', '2', '1']);
  expect(faults.answer().faults).toMatchObject([{ name: 'chat_reordered', count: 1 }]);
  // Who comes back is somebody new.
  audience.add(one);
  tell('3');
  tell('4');
  expect(one.got).toEqual(['4', '3']);
});

test('a slow viewer is told once, though a frame goes to them twice', () => {
  const slow = enter(new Someone(0));
  faults.set({ chat_duplicated: 1 });
  tell('1');
  expect(tooSlow).toEqual([slow]);
});

test('a mass disconnect cuts a third of the lines each second, and is counted only when there are any', () => {
  const open = new Set<number>();
  const end = watchDisconnects(
    faults,
    () => open,
    (line) => open.delete(line),
  );
  faults.set({ mass_disconnect: 1 });
  vi.advanceTimersByTime(3000);
  expect(faults.answer().faults).toMatchObject([{ count: 0 }]);
  for (let line = 0; line < 9; line++) open.add(line);
  const left: number[] = [];
  for (let second = 0; second < 6; second++) {
    vi.advanceTimersByTime(1000);
    left.push(open.size);
  }
  expect(left).toEqual([6, 4, 2, 1, 0, 0]);
  expect(faults.answer().faults).toMatchObject([{ count: 5 }]);
  end();
  expect(vi.getTimerCount()).toBe(0);
});
