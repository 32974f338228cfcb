import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createDialer, type LineDialer } from '../../../sim/run/wire/dialer.ts';
import { closeFrame, frame, OPCODE } from './frames.ts';
import { agreeing, heardFrom, later, listen, onRequest, speaking, Viewer, yes } from './rig.ts';

const text = (payload: string): Buffer => frame(OPCODE.text, payload);

interface Line {
  readonly viewer: Viewer;
  /** The server's end. */
  readonly socket: Socket;
  /** What the server has heard. */
  readonly heard: string[];
  /** Resolves when the server has heard this. */
  hears(what: string): Promise<void>;
  /** Resolves when the connection is gone at the server. */
  readonly whenGone: Promise<void>;
}

async function line(dialer: LineDialer = createDialer()): Promise<Line> {
  const accepted = later<Socket>();
  const gone = later();
  const url = await agreeing((socket) => {
    socket.on('close', () => gone.done());
    accepted.done(socket);
  });
  const viewer = new Viewer();
  viewer.wire = dialer.dial({ url }, viewer);
  const socket = await accepted.promise;
  const heard: string[] = [];
  const waiting: { what: string; done: () => void }[] = [];
  heardFrom(socket, (what) => {
    heard.push(what);
    for (const one of waiting) if (one.what === what) one.done();
  });
  const hears = (what: string): Promise<void> => {
    const { promise, done } = later();
    if (heard.includes(what)) done();
    else waiting.push({ what, done });
    return promise;
  };
  await viewer.whenOpen;
  return { viewer, socket, heard, hears, whenGone: gone.promise };
}

/** Fills with the names of the sockets, in the order in which they are closed. */
function orderOf(sockets: Readonly<Record<string, Socket>>): string[] {
  const order: string[] = [];
  for (const [name, socket] of Object.entries(sockets)) socket.on('close', () => order.push(name));
  return order;
}

/** Messages have gone to and fro on this line: what other lines could have read by now, they have. */
async function goToAndFro({ viewer, socket, hears }: Line): Promise<void> {
  for (let i = 0; i < 5; i++) {
    viewer.onMessage = (ball) => void viewer.wire!.send(ball);
    socket.write(text(`ball ${i}`));
    // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
    await hears(`text ball ${i}`);
  }
}

describe('an open line', () => {
  it('sends texts in order, of any length', async () => {
    const { viewer, heard, hears } = await line();
    const texts = ['a', 'ä€😀', 'x'.repeat(70_000), ...Array.from({ length: 50 }, (_, i) => String(i)), 'last'];
    expect(texts.map((one) => viewer.wire!.send(one))).not.toContain(false);
    await hears('text last');
    expect(heard).toEqual(texts.map((one) => `text ${one}`));
  });

  it('keeps its messages apart from those of other lines of its dialer', async () => {
    const dialer = createDialer();
    const lines = await Promise.all([line(dialer), line(dialer), line(dialer)]);
    for (let i = 0; i < 40; i++)
      for (const [k, { socket }] of lines.entries()) socket.write(text(`${k} ${i}`.padEnd(50 * k)));
    for (const { socket } of lines) socket.end(closeFrame(1000));
    await Promise.all(lines.map(({ viewer }) => viewer.whenClosed));
    for (const [k, { viewer }] of lines.entries())
      expect(viewer.messages.map((one) => one.trim())).toEqual(Array.from({ length: 40 }, (_, i) => `${k} ${i}`));
  });

  it('ends with 1006 when the connection is reset', async () => {
    const { viewer, socket } = await line();
    socket.resetAndDestroy();
    expect(await viewer.whenClosed).toMatchObject({
      code: 1006,
      status: null,
      reason: expect.stringMatching(/ECONNRESET/),
    });
    expect(viewer.wire!.send('late')).toBe(false);
    expect(viewer.events).toEqual(['opened', 'closed']);
  });

  it('ends when the peer leaves too much unread', async () => {
    const { viewer, socket } = await line();
    socket.pause();
    const long = 'x'.repeat(256 * 1024);
    let sent = 0;
    while (sent < 400 && viewer.wire!.send(long)) {
      sent++;
      // oxlint-disable-next-line no-await-in-loop -- lets the system take what it will
      await new Promise(setImmediate);
    }
    expect(sent).toBeLessThan(400);
    expect(await viewer.whenClosed).toMatchObject({ code: 1006, reason: expect.stringContaining('unread') });
  });
});

describe('a peer that sends no more', () => {
  it('ends the line though it still leaves things unread', async () => {
    const accepted = later<Socket>();
    const server = createServer({ allowHalfOpen: true }, (socket) =>
      onRequest(socket, (head) => {
        socket.pause().write(yes(head));
        accepted.done(socket);
      }),
    );
    const viewer = new Viewer();
    viewer.wire = createDialer().dial({ url: `ws://127.0.0.1:${await listen(server)}` }, viewer);
    const socket = await accepted.promise;
    await viewer.whenOpen;
    // Only the line itself knows what waits in it.
    const { line } = viewer.wire as unknown as { line: { socket: Socket } };
    for (let sent = 0; sent < 400 && line.socket.writableLength === 0; sent++) viewer.wire.send('x'.repeat(200_000));
    expect(line.socket.writableLength).toBeGreaterThan(0);
    socket.end();
    expect(await viewer.whenClosed).toMatchObject({
      code: 1006,
      reason: expect.stringContaining('without a close frame'),
    });
  });
});

describe('a paused line', () => {
  it.each([
    ['from outside', (viewer: Viewer) => viewer.wire!.pause()],
    [
      'while it reads',
      (viewer: Viewer, socket: Socket) => {
        const paused = later();
        viewer.onMessage = () => {
          viewer.wire!.pause();
          paused.done();
        };
        socket.write(text('pause'));
        return paused.promise;
      },
    ],
  ])('leaves what comes to the system, again and again, when it is paused %s', async (_name, pause) => {
    const dialer = createDialer();
    const [paused, other] = [await line(dialer), await line(dialer)];
    for (let round = 0; round < 3; round++) {
      // oxlint-disable no-await-in-loop -- rounds follow one another
      await pause(paused.viewer, paused.socket);
      const before = paused.viewer.messages.length;
      paused.socket.write(text('one'));
      await goToAndFro(other);
      paused.socket.write(text('two'));
      await goToAndFro(other);
      expect(paused.viewer.messages).toHaveLength(before);
      const heard = later();
      paused.viewer.onMessage = (what) => what === 'two' && heard.done();
      paused.viewer.wire!.resume();
      await heard.promise;
      expect(paused.viewer.messages.slice(before)).toEqual(['one', 'two']);
      // oxlint-enable no-await-in-loop
    }
  });

  it('still sends, and closes in order', async () => {
    const dialer = createDialer();
    const [waiting, { viewer, socket, hears, whenGone }] = [await line(dialer), await line(dialer)];
    viewer.wire!.pause();
    expect(viewer.wire!.send('still here')).toBe(true);
    await hears('text still here');
    // Its server never ends it: a line that has to wait for the time limit is gone after this one.
    const gone = orderOf({ waiting: waiting.socket, 'in order': socket });
    waiting.viewer.wire!.close(1000);
    viewer.wire!.close(1000);
    await hears('close 1000');
    socket.end();
    await whenGone;
    expect(gone).toEqual(['in order']);
  });

  it('that is resumed in the same read goes on', async () => {
    const { viewer, socket } = await line();
    const heard = later();
    viewer.onMessage = (what) => {
      viewer.wire!.pause();
      viewer.wire!.resume();
      if (what === 'two') heard.done();
    };
    socket.write(text('one'), () => setImmediate(() => socket.write(text('two'))));
    await heard.promise;
  });
});

describe('a paused line that is polled', () => {
  it('reads what has come, at once and in whatever pieces, and stays paused', async () => {
    const dialer = createDialer();
    const [{ viewer, socket }, other] = [await line(dialer), await line(dialer)];
    viewer.wire!.pause();
    expect(viewer.wire!.poll()).toBe(false);
    const bytes = Buffer.concat([text('one'), text('two'), text('three')]);
    for (const [start, end] of [
      [0, 7],
      [7, 8],
      [8, bytes.length],
    ]) {
      socket.write(bytes.subarray(start, end));
      // oxlint-disable-next-line no-await-in-loop -- what was written is there when this is over
      await goToAndFro(other);
      expect(viewer.wire!.poll()).toBe(true);
    }
    expect(viewer.messages).toEqual(['one', 'two', 'three']);
    expect(viewer.wire!.poll()).toBe(false);
    socket.write(text('four'));
    await goToAndFro(other);
    expect(viewer.messages).toHaveLength(3);
    const heard = later();
    viewer.onMessage = (what) => what === 'five' && heard.done();
    viewer.wire!.resume();
    socket.write(text('five'));
    await heard.promise;
    expect(viewer.messages).toEqual(['one', 'two', 'three', 'four', 'five']);
  });

  it('answers pings, and can close and fail in the middle', async () => {
    const dialer = createDialer();
    const [{ viewer, socket, hears }, other] = [await line(dialer), await line(dialer)];
    viewer.wire!.pause();
    socket.write(Buffer.concat([frame(OPCODE.ping, 'you?'), text('bad'), text('never heard')]));
    await goToAndFro(other);
    viewer.onMessage = () => viewer.wire!.fail(1007, 'not for me');
    expect(viewer.wire!.poll()).toBe(false);
    await hears('pong 796f753f');
    expect(await viewer.whenClosed).toMatchObject({ code: 1007 });
    expect(viewer.messages).toEqual(['bad']);
  });

  it('finds the end when it is resumed', async () => {
    const dialer = createDialer();
    const [{ viewer, socket }, other] = [await line(dialer), await line(dialer)];
    viewer.wire!.pause();
    socket.end(text('last'));
    await goToAndFro(other);
    expect(viewer.wire!.poll()).toBe(true);
    expect(viewer.wire!.poll()).toBe(false);
    viewer.wire!.resume();
    expect(await viewer.whenClosed).toMatchObject({ code: 1006 });
    expect(viewer.messages).toEqual(['last']);
    expect(viewer.wire!.poll()).toBe(false);
  });
});

describe('a viewer who closes', () => {
  it('says goodbye, hears no more, and leaves the end to the server', async () => {
    const { viewer, socket, heard, hears, whenGone } = await line();
    viewer.wire!.close(1001);
    expect(viewer.wire!.isOpen).toBe(false);
    expect(viewer.wire!.send('late')).toBe(false);
    await hears('close 1001');
    socket.write(Buffer.concat([text('late'), frame(OPCODE.ping, 'late'), closeFrame(1001)]));
    socket.end();
    await whenGone;
    expect(viewer.events).toEqual(['opened']);
    expect(heard).toEqual(['close 1001']);
  });

  it.each([
    ['close', (viewer: Viewer) => viewer.wire!.close(1000)],
    ['cut', (viewer: Viewer) => viewer.wire!.cut()],
  ])('in the middle of a read hears nothing of its rest (%s)', async (_name, leave) => {
    const { viewer, socket, whenGone } = await line();
    viewer.onMessage = () => leave(viewer);
    socket.write(Buffer.concat([text('one'), text('two'), closeFrame(1000)]));
    socket.end();
    await whenGone;
    expect(viewer.messages).toEqual(['one']);
    expect(viewer.events).toEqual(['opened', 'message']);
  });

  it('does not wait for ever for a server that never ends the connection', async () => {
    const { viewer, hears, whenGone } = await line();
    viewer.wire!.close(1000);
    await hears('close 1000');
    await whenGone;
    expect(viewer.events).toEqual(['opened']);
  });

  it('cuts without a word', async () => {
    const { viewer, heard, whenGone } = await line();
    viewer.wire!.cut();
    await whenGone;
    viewer.wire!.cut();
    viewer.wire!.close(1000);
    viewer.wire!.fail(1002, 'late');
    expect(heard).toEqual([]);
    expect(viewer.events).toEqual(['opened']);
  });

  it.each([
    ['close', (viewer: Viewer) => viewer.wire!.close(1000)],
    ['cut', (viewer: Viewer) => viewer.wire!.cut()],
  ])('while the line is dialled is not called back (%s)', async (_name, leave) => {
    const gone = later();
    const url = await speaking((socket) => socket.resume().on('close', () => gone.done()));
    const [early, late] = [new Viewer(), new Viewer()];
    const dialer = createDialer();
    early.wire = dialer.dial({ url: url.replace('127.0.0.1', 'localhost') }, early);
    leave(early);
    late.wire = dialer.dial({ url }, late);
    await speakingWith(url);
    leave(late);
    await gone.promise;
    expect([...early.events, ...late.events]).toEqual([]);
  });
});

/** A connection made after those before it. */
async function speakingWith(url: string): Promise<void> {
  const viewer = new Viewer();
  viewer.wire = createDialer({ handshakeTimeoutMs: 30 }).dial({ url }, viewer);
  await viewer.whenClosed;
}

describe('a line that fails', () => {
  it('tells the peer with what code, and the viewer with what reason', async () => {
    const dialer = createDialer();
    const [waiting, { viewer, socket, hears, heard, whenGone }] = [await line(dialer), await line(dialer)];
    // Its server never ends it: a line that has to wait for the time limit is gone after this one.
    const gone = orderOf({ waiting: waiting.socket, failed: socket });
    waiting.viewer.wire!.close(1000);
    viewer.onMessage = () => viewer.wire!.fail(1008, 'rude');
    socket.write(Buffer.concat([text('one'), text('two')]));
    await hears('close 1008');
    expect(await viewer.whenClosed).toEqual({ code: 1008, reason: 'rude', status: null });
    await whenGone;
    expect(gone).toEqual(['failed']);
    expect(viewer.events).toEqual(['opened', 'message', 'closed']);
    expect(heard).toEqual(['close 1008']);
  });

  it('is over for a viewer who closes it meanwhile', async () => {
    const { viewer, hears, whenGone } = await line();
    viewer.wire!.fail(1008, 'rude');
    viewer.wire!.close(1000);
    await hears('close 1008');
    await whenGone;
    expect(viewer.events).toEqual(['opened']);
  });

  it('does not wait for ever for a server that said goodbye and stays', async () => {
    const { viewer, socket, hears, whenGone } = await line();
    socket.write(closeFrame(4000, 'go'));
    await hears('close 4000');
    expect(viewer.wire!.isOpen).toBe(false);
    expect(await viewer.whenClosed).toEqual({ code: 4000, reason: 'go', status: null });
    await whenGone;
    expect(viewer.events).toEqual(['opened', 'closed']);
  });
});
