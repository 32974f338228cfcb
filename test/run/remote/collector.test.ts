import { describe, expect, it } from 'vitest';
import { parseMarked } from '../../../sim/live/message-json.ts';
import type { ShardSetup } from '../../../sim/live/messages.ts';
import { eventLine, headOf, helloOf, noteLine, Rig } from './collector-rig.ts';

const LEAVE = { e: 'leave', at: 1, v: 'a' };

describe('a shard that comes', () => {
  it('waits until the run is ready, and then is told its own part of the crowd', async () => {
    const rig = await Rig.start();
    expect((await rig.hello(0)).status).toBe(503);
    rig.hire(0, 2);
    rig.hire(1, 2);
    expect(rig.collector.missing).toBe(2);
    const answers = [await rig.hello(0), await rig.hello(1)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(rig.collector.missing).toBe(0);
    const told = answers.map(({ text }) => parseMarked(text) as ShardSetup);
    expect(told.map(({ shard, shards }) => [shard, shards])).toEqual([
      [0, 2],
      [1, 2],
    ]);
    for (const { shard, snapshot } of told) {
      expect(snapshot.count).toBeGreaterThan(5);
      expect([...snapshot.index].filter((index) => index % 2 !== shard)).toEqual([]);
    }
    expect(rig.heard(0).signs).toBe(1);
  });

  it('without the token, or with another, is turned away; where none is asked for, all are let in', async () => {
    const rig = await Rig.start();
    rig.hire(0, 1);
    const body = helloOf();
    for (const token of [null, '', 'open-sesam', 'open-sesame!'])
      expect((await rig.post(0, 'hello', body, token)).status).toBe(401);
    expect((await rig.post(0, 'say', '{"n":1}', 'wrong')).status).toBe(401);
    expect(rig.collector.missing).toBe(1);
    const open = await Rig.start(null);
    open.hire(0, 1);
    expect((await open.post(0, 'hello', body, null)).status).toBe(200);
  });

  it('with another event is turned away, and asked to build again', async () => {
    const rig = await Rig.start();
    rig.hire(0, 1);
    const { status, text } = await rig.hello(0, 1, { fingerprint: 'another-event' });
    expect(status).toBe(409);
    expect(text).toContain('build both at once');
    expect(rig.collector.missing).toBe(1);
  });

  it('with a script of another version is turned away, too', async () => {
    const rig = await Rig.start();
    rig.hire(0, 1);
    for (const version of [1, undefined]) {
      const { status, text } = await rig.hello(0, 1, { version });
      expect(status).toBe(409);
      expect(text).toContain('script.js');
    }
    expect(rig.collector.missing).toBe(1);
  });

  it('that another process plays already is not played twice, whether it has spoken or not', async () => {
    const rig = await Rig.start();
    rig.hire(0, 1);
    await rig.hello(0);
    const { status, text } = await rig.hello(0, 2, { nonce: 'another' });
    expect([status, text]).toEqual([409, 'another process plays this shard, or did']);
    const body = `${headOf(1, { nonce: 'another' })}\n${noteLine('not me')}`;
    expect((await rig.post(0, 'say', body)).status).toBe(409);
    expect((await rig.say(0, 1, noteLine('me'))).status).toBe(200);
    expect(rig.heard(0).messages).toEqual([{ type: 'note', text: 'me' }]);
    // It still belongs to the first.
    rig.collector.instanceEnded(1, 'k6 ended');
    expect(rig.heard(0).ends).toEqual(['k6 ended']);
  });

  it('may ask again when the answer was lost; but not once it plays: then it was started again', async () => {
    const rig = await Rig.start();
    rig.hire(0, 1);
    expect((await rig.hello(0)).status).toBe(200);
    expect((await rig.hello(0)).status).toBe(200);
    expect((await rig.say(0, 1)).status).toBe(200);
    expect((await rig.hello(0)).status).toBe(409);
    expect((await rig.say(0, 2, noteLine('plays on'))).status).toBe(200);
    expect(rig.heard(0).messages).toEqual([{ type: 'note', text: 'plays on' }]);
  });
});

describe('what a shard says', () => {
  it('is passed on in order, once, however often it comes; the answer has all commands every time', async () => {
    const rig = await Rig.start();
    const worker = rig.hire(0, 1);
    await rig.hello(0);
    worker.tell({ type: 'go', atEpochMs: 5 });
    expect(JSON.parse((await rig.say(0, 1, noteLine('a'), noteLine('b'))).text)).toMatchObject({
      commands: [{ type: 'go', atEpochMs: 5 }],
    });
    expect((await rig.say(0, 1, noteLine('a'), noteLine('b'))).status).toBe(200);
    worker.tell({ type: 'stop' });
    // Not the next one: something is missing before it.
    expect((await rig.say(0, 3, noteLine('d'))).status).toBe(409);
    const { text } = await rig.say(0, 2, noteLine('c'));
    expect(JSON.parse(text)).toMatchObject({ commands: [{ type: 'go' }, { type: 'stop' }] });
    expect(rig.heard(0).messages).toEqual(['a', 'b', 'c'].map((said) => ({ type: 'note', text: said })));
  });

  it('of what its viewers did goes into its file, which ends when it says so', async () => {
    const rig = await Rig.start();
    rig.hire(0, 2);
    rig.hire(1, 2);
    await rig.hello(1);
    await rig.say(1, 1, eventLine(LEAVE), noteLine('between'), eventLine({ ...LEAVE, v: 'b' }));
    await rig.say(1, 1, eventLine(LEAVE));
    await rig.say(1, 2, eventLine({ e: 'end', at: 9 }));
    const events = rig.history(1);
    expect(events[0]).toMatchObject({ e: 'begin', shard: 1, shards: 2, runId: 'run1' });
    expect(events.slice(1)).toEqual([LEAVE, { ...LEAVE, v: 'b' }, { e: 'end', at: 9 }]);
    expect(() => rig.history(0)).toThrow('ENOENT');
  });

  it('says what its history lacks, and the file does too', async () => {
    const rig = await Rig.start();
    rig.hire(0, 1);
    await rig.hello(0);
    await rig.say(0, 1, eventLine(LEAVE), eventLine({ e: 'end', at: 9, lost: 7 }));
    expect(rig.history(0).slice(1)).toEqual([LEAVE, { e: 'end', at: 9, lost: 7 }]);
  });

  it('ends the shard when it cannot be taken, with the words of the error', async () => {
    const rig = await Rig.start();
    rig.hire(0, 2, (message) => {
      if (message.type === 'note' && message.text === 'b') throw new Error('no room for it');
    });
    rig.hire(1, 2);
    await rig.hello(0);
    const { status, text } = await rig.say(0, 1, eventLine(LEAVE), noteLine('a'), noteLine('b'), noteLine('c'));
    expect([status, text]).toEqual([410, 'what it said could not be taken: no room for it']);
    expect(rig.heard(0).ends).toEqual(['what it said could not be taken: no room for it']);
    expect(rig.heard(0).messages).toEqual([{ type: 'note', text: 'a' }]);
    expect(rig.history(0).at(-1)).toEqual(LEAVE);
    // Asked again, it is not taken again.
    expect((await rig.say(0, 1, noteLine('b'))).status).toBe(410);
    expect(rig.heard(1).ends).toEqual([]);
  });

  it('of the clocks is kept, good or bad, until it says something else', async () => {
    const rig = await Rig.start();
    for (const shard of [0, 1, 2]) rig.hire(shard, 3);
    await rig.hello(0);
    await rig.hello(1);
    expect(rig.collector.clocks()).toEqual([null, null, null]);
    await rig.say(0, 1);
    await rig.say(1, 1);
    expect(rig.collector.clocks()).toEqual([{ kind: 'unknown' }, { kind: 'unknown' }, null]);
    const found = { kind: 'contradictory', apartMs: 90, betweenMs: 5 };
    await rig.post(0, 'say', headOf(2, { clock: { kind: 'bounded', leastMs: -2, mostMs: 3 } }));
    await rig.post(1, 'say', headOf(2, { clock: found }));
    await rig.say(0, 3);
    expect(rig.collector.clocks()).toEqual([{ kind: 'bounded', leastMs: -2, mostMs: 3 }, found, null]);
  });

  it('of the clocks is of no use where all have the same', async () => {
    const rig = await Rig.start(null, true);
    rig.hire(0, 1);
    await rig.hello(0);
    await rig.post(0, 'say', headOf(1, { clock: { kind: 'bounded', leastMs: -90, mostMs: 90 } }));
    expect(rig.collector.clocks()).toEqual([null]);
  });

  it('before it has said hello is not taken', async () => {
    const rig = await Rig.start();
    rig.hire(0, 1);
    expect((await rig.say(0, 1, noteLine('a'))).status).toBe(409);
    expect((await rig.say(7, 1, noteLine('a'))).status).toBe(409);
    expect(rig.heard(0).messages).toEqual([]);
  });

  it('torn or made up is refused as a whole, and harms nobody', async () => {
    const rig = await Rig.start();
    rig.hire(0, 2);
    rig.hire(1, 2);
    const hellos = ['', 'null', '[]', '{', '7', '{"instance":1}', helloOf({ nonce: '' })];
    hellos.push(JSON.stringify({ fingerprint: 3, instance: 1, nonce: 'n' }), helloOf({ nonce: undefined }));
    for (const body of hellos) expect((await rig.post(0, 'hello', body)).status, body).toBe(400);
    await rig.hello(0);
    await rig.hello(1);
    const torn = [
      '',
      '{',
      'null',
      headOf('1'),
      headOf(1.5),
      headOf(1, { nonce: undefined }),
      headOf(1, { clock: { kind: 'bounded', leastMs: 1 } }),
      headOf(1, { clock: 'right' }),
      noteLine('no head'),
      `${headOf(1)}\nm{"type":"second"`,
      `${headOf(1)}\nm{"type":"unheard of"}`,
      `${headOf(1)}\nmnull`,
      `${headOf(1)}\nh{"e":"leave","at":`,
      `${headOf(1)}\nhnull`,
      `${headOf(1)}\nh[]`,
      `${headOf(1)}\nx{}`,
      `${headOf(1)}\n${noteLine('whole')}\n${noteLine('torn').slice(0, -3)}`,
    ];
    for (const body of torn) expect((await rig.post(0, 'say', body)).status, body).toBe(400);
    expect((await rig.post('0/../1', 'say', '{')).status).toBe(400);
    expect((await rig.post('x', 'say', '{"n":1}')).status).toBe(409);
    expect(rig.heard(0)).toMatchObject({ messages: [], ends: [] });
    expect((await rig.say(0, 1, noteLine('still there'))).status).toBe(200);
    expect((await rig.say(1, 1, noteLine('this one, too'))).status).toBe(200);
    expect([0, 1].map((shard) => rig.heard(shard).messages.length)).toEqual([1, 1]);
  });
});

describe('a process that ends', () => {
  it('takes its shards with it, and only those, in its own words', async () => {
    const rig = await Rig.start();
    for (const shard of [0, 1, 2]) rig.hire(shard, 3);
    await rig.hello(0, 1);
    await rig.hello(1, 2);
    await rig.hello(2, 2);
    await rig.say(1, 1, eventLine(LEAVE));
    rig.collector.instanceEnded(2, 'k6 ended (SIGKILL)');
    rig.collector.instanceEnded(2, 'k6 ended again');
    expect([0, 1, 2].map((shard) => rig.heard(shard).ends)).toEqual([
      [],
      ['k6 ended (SIGKILL)'],
      ['k6 ended (SIGKILL)'],
    ]);
    expect(rig.history(1).at(-1)).toEqual(LEAVE);
    expect((await rig.say(1, 2)).status).toBe(410);
    expect((await rig.hello(2, 3)).status).toBe(410);
    expect((await rig.say(0, 1)).status).toBe(200);
  });

  it('before it has said hello takes all with it that nobody has asked for', async () => {
    const rig = await Rig.start();
    for (const shard of [0, 1]) rig.hire(shard, 2);
    await rig.hello(0, 1);
    rig.collector.instanceEnded(2, 'k6 ended (exit code 107)');
    expect([0, 1].map((shard) => rig.heard(shard).ends)).toEqual([[], ['k6 ended (exit code 107)']]);
  });

  it('before there is anything to play leaves nobody waiting for it', async () => {
    const rig = await Rig.start();
    rig.collector.instanceEnded(1, 'k6 ended (exit code 255)');
    rig.hire(0, 1);
    await Promise.resolve();
    expect(rig.heard(0).ends).toEqual(['k6 ended (exit code 255)']);
  });

  it('that never came is not waited for when the run is stopped', async () => {
    const rig = await Rig.start();
    const [here, absent] = [rig.hire(0, 2), rig.hire(1, 2)];
    await rig.hello(0);
    for (const worker of [here, absent]) worker.tell({ type: 'stop' });
    expect([0, 1].map((shard) => rig.heard(shard).ends)).toEqual([[], ['nobody had asked for it yet']]);
    expect((await rig.hello(1)).status).toBe(410);
  });

  it('is ended by the run, which has its own words for it', async () => {
    const rig = await Rig.start();
    const worker = rig.hire(0, 1);
    worker.kill();
    expect(rig.heard(0).ends).toEqual([]);
    await Promise.resolve();
    expect(rig.heard(0).ends).toEqual(['its report was no longer waited for']);
  });
});

it('a collector that cannot listen says which option is to blame', async () => {
  const rig = await Rig.start();
  const { Collector } = await import('../../../sim/run/remote/collector.ts');
  const taken = Collector.start({
    host: '127.0.0.1',
    port: rig.collector.port,
    token: null,
    tokenHeader: 'x',
    fingerprint: '',
    sameMachine: true,
    part: (setup) => setup,
  });
  await expect(taken).rejects.toMatchObject({ code: 'BAD_USAGE', problems: [{ path: '--listen' }] });
});

it('a collector is not guarded by a token that is empty or can be guessed', async () => {
  for (const token of ['', 'sesame7']) await expect(Rig.start(token)).rejects.toThrow(RangeError);
});
