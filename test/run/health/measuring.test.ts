import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Rows } from '../../../sim/crowd/rows.ts';
import { Beacon } from '../../../sim/run/health/beacon.ts';
import { readBeacon } from '../../../sim/run/health/beacon-reader.ts';
import { Beats } from '../../../sim/run/health/beats.ts';
import { Collections, heapState } from '../../../sim/run/health/heap.ts';
import { machineUse, parseMachineTicks } from '../../../sim/run/health/machine.ts';
import { parseCoreWaitMs } from '../../../sim/run/health/schedule.ts';
import { Recorder } from '../../../sim/live/recorder.ts';
import { OwnMonitor } from '../../../sim/run/health/monitor.ts';
import { compiled } from '../../crowd/help.ts';

describe('the machine', () => {
  const text = (user: number, idle: number, steal: number): string =>
    `cpu  ${user} 10 20 ${idle} 5 0 3 ${steal} 7 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n`;

  it('is read from the first line of /proc/stat, guests not twice', () => {
    expect(parseMachineTicks(text(100, 500, 12))).toEqual({ total: 650, idle: 505, steal: 12 });
    expect(parseMachineTicks('intr 1 2 3')).toBeNull();
    expect(parseMachineTicks('cpu  1 2 3 4')).toBeNull();
  });

  it('is used by what is neither idle nor stolen', () => {
    const before = { total: 1000, idle: 500, steal: 10 };
    expect(machineUse(before, { total: 1200, idle: 550, steal: 30 })).toEqual({ cpuShare: 0.65, stealShare: 0.1 });
    expect(machineUse(before, before)).toBeNull();
    // Idle time may run backwards.
    expect(machineUse(before, { total: 1200, idle: 490, steal: 10 })).toEqual({ cpuShare: 1, stealShare: 0 });
  });

  it('tells how long a process waited for a core', () => {
    expect(parseCoreWaitMs('431367000 59199000 17\n')).toBeCloseTo(59.199);
    expect(parseCoreWaitMs('')).toBeNull();
  });
});

describe('the beats of a loop', () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  /** A loop whose clock and timers go as the test says. `pass` lets time go by, and then the timers fire that are due. */
  function loop(nowMs = 0) {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    let passedMs = nowMs;
    vi.spyOn(performance, 'now').mockImplementation(() => passedMs);
    const pass = (ms: number): void => {
      passedMs += ms;
      vi.advanceTimersByTime(50);
    };
    return { beats: new Beats(), pass, epochMs: (ms: number) => performance.timeOrigin + ms };
  }

  it('show the longest stall, and when it began', () => {
    const { beats, pass, epochMs } = loop();
    beats.start(epochMs(0));
    for (let i = 0; i < 10; i++) pass(51);
    pass(350);
    for (let i = 0; i < 10; i++) pass(53);
    const { stallMs, atMs } = beats.take();
    expect(stallMs).toBeCloseTo(300, 3);
    expect(atMs).toBeCloseTo(epochMs(560), 3);
    for (let i = 0; i < 3; i++) pass(54);
    expect(beats.take().stallMs).toBeCloseTo(4, 3);
  });

  it('count nothing of what comes after they were stopped', () => {
    const { beats, pass, epochMs } = loop();
    beats.start(epochMs(0));
    for (let i = 0; i < 3; i++) pass(53);
    beats.stop();
    pass(1500);
    expect(beats.take().stallMs).toBeCloseTo(53, 3);
  });

  it('count what lies in the window of a stall that began before it', () => {
    const { beats, pass, epochMs } = loop(1000);
    beats.start(epochMs(1300));
    pass(700);
    expect(beats.take()).toMatchObject({ stallMs: expect.closeTo(400, 3) as number });
  });

  it('count it too when the window had begun before they heard of it', () => {
    const { beats, epochMs } = loop(2500);
    beats.start(epochMs(1000));
    expect(beats.take()).toMatchObject({ stallMs: expect.closeTo(1500, 3) as number });
  });

  it('do not count what goes by before the window', () => {
    const { beats, pass, epochMs } = loop();
    beats.start(epochMs(1000));
    pass(900);
    pass(20);
    expect(beats.take().stallMs).toBe(0);
  });
});

describe('the beacon', () => {
  async function open(): Promise<Beacon> {
    const beacon = await Beacon.open();
    if (!beacon) throw new Error('no port');
    return beacon;
  }

  it('sends stamps that are read as they were written, in order, however many come in one read', async () => {
    const beacon = await open();
    const sent: number[] = [];
    const waited: number[] = [];
    await new Promise<void>((resolve) =>
      readBeacon(beacon.setup, (sentMs, readMs) => {
        sent.push(sentMs);
        waited.push(readMs - sentMs);
        // While we stand still, stamps of this very process cannot pile up: those that did came before.
        if (sent.length === 5) resolve();
      }),
    );
    beacon.close();
    expect(sent).toEqual(sent.toSorted((a, b) => a - b));
    expect(waited.every((waitMs) => waitMs >= 0)).toBe(true);
  });

  it('hangs up on whoever does not know the word', async () => {
    const beacon = await open();
    const { port } = beacon.setup;
    for (const word of ['wrong\n', `${'x'.repeat(1000)}`]) {
      const socket: Socket = connect(port, '127.0.0.1');
      let heard = 0;
      socket.on('data', (chunk: Buffer) => (heard += chunk.length));
      socket.on('error', () => undefined);
      socket.write(word);
      await once(socket, 'close');
      expect(heard).toBe(0);
    }
    beacon.close();
  });
});

describe('the heap', () => {
  it('is that of what lives long, below its limit', () => {
    const { usedMiB, limitMiB } = heapState();
    expect(usedMiB).toBeGreaterThan(1);
    expect(limitMiB).toBeGreaterThan(usedMiB);
  });

  it('has no pauses before anything was collected', () => {
    expect(new Collections().take()).toMatchObject({ gcMs: 0, gcMaxMs: 0 });
  });
});

describe('a recorder', () => {
  const scenario = compiled({
    name: 'measured',
    duration: '1m',
    personas: { guest: { dwell: '1m' } },
    audience: { feed: { kind: 'steady', rate: '1/s' } },
  });

  it('measures receive wait in the window alone, and says how it was with each second', () => {
    const rows = new Rows(1);
    const recorder = new Recorder(scenario, [], () => rows, { monitor: new OwnMonitor() });
    recorder.receiveWait(10, 900, 0);
    expect(recorder.take(0, 0).health).toBeNull();
    const zeroMs = performance.timeOrigin + performance.now();
    recorder.begin(zeroMs, 5000);
    recorder.receiveWait(zeroMs - 1, zeroMs + 800, 5000);
    for (const waitMs of [3, 4, 5]) recorder.receiveWait(zeroMs, zeroMs + waitMs, 5000);
    const { health, report } = recorder.take(0, 0);
    expect(health).toMatchObject({ fromSecond: 0, untilSecond: 1, lateStart: null });
    expect(health?.receiveWait).toMatchObject({
      maxMs: expect.closeTo(5, 1) as number,
      judgedMs: expect.closeTo(3, 1) as number,
    });
    expect(report.histograms.at(-1)?.counts).toHaveLength(3);
    // A worker that stood still tells of several seconds as one; what is left at the end belongs to the last.
    expect(recorder.take(3, 0).health).toMatchObject({ fromSecond: 1, untilSecond: 4, receiveWait: null });
    recorder.settled();
    recorder.receiveWait(zeroMs, zeroMs + 70, 9000);
    expect(recorder.take(3, 0).health).toMatchObject({ fromSecond: 3, untilSecond: 4, receiveWait: null });
    expect(recorder.delays.receiveWait?.maxMs).toBeCloseTo(5, 1);
  });
});
