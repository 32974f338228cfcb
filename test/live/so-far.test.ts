import { describe, expect, it } from 'vitest';
import { audienceRig, FROM_MS } from '../run/audience-rig.ts';

/** Two viewers are in; the second does not get the messages of `withheld`. What is said at 1 s is due 4 s later. */
async function heard(messages: number, withheld: readonly number[]) {
  const rig = await audienceRig();
  const [first, second] = [await rig.joins(0), await rig.joins(1)];
  rig.at(1000);
  for (let seq = 1; seq <= messages; seq++) {
    first.chat(seq);
    if (!withheld.includes(seq)) second.chat(seq);
  }
  await Promise.all([first.received(), second.received()]);
  rig.at(1100);
  const look = (ms: number) => {
    rig.at(ms);
    const { length } = rig.history.events;
    rig.audience.tellSoFar();
    return rig.history.events.slice(length);
  };
  return { rig, first, second, look };
}

/** What was said up to two seconds before has arrived, or never does. */
const times = (ms: number) => ({ at: FROM_MS + ms, u: FROM_MS + ms - 2000 });
const roomLine = (ms: number, q: number, c: readonly string[] = []) => ({ e: 'room', ...times(ms), r: 'main', q, c });

describe('what those have got who are in', () => {
  it('is one line for all of them, up to what must have come by then', async () => {
    const { look } = await heard(9, []);
    expect(look(4000)).toEqual([roomLine(4000, 0)]);
    expect(look(5200)).toEqual([roomLine(5200, 9)]);
  });

  it('is a line more for one who lacks something, once', async () => {
    const { look, second, rig } = await heard(9, [4, 5, 9]);
    const here = { e: 'here', v: 'feed-1', r: 'main', c: [] };
    expect(look(5200)).toEqual([
      {
        ...here,
        ...times(5200),
        q: 9,
        n: 6,
        m: [
          [4, 5],
          [9, 9],
        ],
      },
      roomLine(5200, 9),
    ]);
    expect(look(6200)).toEqual([roomLine(6200, 9)]);
    // What comes late after all is told of as well; it came out of order.
    second.chat(5);
    await second.received();
    expect(look(7200)).toEqual([
      {
        ...here,
        ...times(7200),
        q: 9,
        n: 7,
        o: 1,
        m: [
          [4, 4],
          [9, 9],
        ],
      },
      roomLine(7200, 9),
    ]);
    rig.audience.leave(1);
    expect(look(8200)).toEqual([roomLine(8200, 9)]);
  });

  it('is a line more for one who got messages twice, and another when those have doubled', async () => {
    const { look, second } = await heard(3, []);
    const here = (ms: number, d: number) => ({ e: 'here', ...times(ms), v: 'feed-1', r: 'main', q: 0, n: 0, d, c: [] });
    const lines: unknown[] = [];
    for (let again = 1; again <= 5; again++) {
      second.chat(3);
      await second.received();
      lines.push(...look(2000 + again).slice(0, -1));
    }
    expect(lines).toEqual([here(2001, 1), here(2002, 2), here(2004, 4)]);
  });

  it('tells of a cue when anybody has seen it, and a second later who has not', async () => {
    const { look, first, rig } = await heard(0, []);
    look(1500);
    first.cue(1, 0);
    await first.received();
    const pin = 'pin:mug#1';
    expect(look(2500)).toEqual([roomLine(2500, 0, [pin])]);
    const here = { e: 'here', r: 'main', q: 0, n: 0 };
    expect(look(3500)).toEqual([{ ...here, ...times(3500), v: 'feed-1', c: [] }, roomLine(3500, 0, [pin])]);
    // Who comes later need not have seen it.
    await rig.joins(2);
    expect(look(4500)).toEqual([roomLine(4500, 0, [pin])]);
    expect(look(5500)).toEqual([roomLine(5500, 0, [pin])]);
  });

  it('does not fill the disk when next to nothing comes: of one who lacks hundreds it is told once', async () => {
    const withheld = Array.from({ length: 600 }, (_, i) => i + 1);
    const { look, first } = await heard(600, withheld.slice(0, 500));
    const [here] = look(5200);
    expect(here).toMatchObject({ e: 'here', q: 600, n: 100, z: 1 });
    for (let seq = 601; seq <= 700; seq++) first.chat(seq);
    await first.received();
    expect(look(6200)).toEqual([roomLine(6200, 600)]);
    expect(look(12_000)).toEqual([roomLine(12_000, 700)]);
  });
});
