import { describe, expect, it } from 'vitest';
import { parseMarked } from '../../../sim/live/message-json.ts';
import type { ShardSetup } from '../../../sim/live/messages.ts';
import { eventLine, FINGERPRINT, noteLine, Rig } from './collector-rig.ts';

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
    const body = JSON.stringify({ instance: 1, fingerprint: FINGERPRINT });
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
    const { status, text } = await rig.hello(0, 1, 'another-event');
    expect(status).toBe(409);
    expect(text).toContain('build both at once');
    expect(rig.collector.missing).toBe(1);
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
    await rig.say(0, 1, noteLine('a'), noteLine('b'));
    worker.tell({ type: 'stop' });
    // Not the next one: something is missing before it.
    await rig.say(0, 3, noteLine('d'));
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
    const hellos = ['', 'null', '[]', '{', '7', '{"instance":1}', '{"fingerprint":3,"instance":1}'];
    for (const body of hellos) expect((await rig.post(0, 'hello', body)).status, body).toBe(400);
    await rig.hello(0);
    await rig.hello(1);
    const torn = [
      '',
      '{',
      'null',
      '{"n":"1"}',
      '{"n":1.5}',
      noteLine('no head'),
      '{"n":1}\nm{"type":"second"',
      '{"n":1}\nm{"type":"unheard of"}',
      '{"n":1}\nmnull',
      '{"n":1}\nh{"e":"leave","at":',
      '{"n":1}\nhnull',
      '{"n":1}\nh[]',
      '{"n":1}\nx{}',
      `{"n":1}\n${noteLine('whole')}\n${noteLine('torn').slice(0, -3)}`,
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
    part: (setup) => setup,
  });
  await expect(taken).rejects.toMatchObject({ code: 'BAD_USAGE', problems: [{ path: '--listen' }] });
});
