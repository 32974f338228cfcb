import { createServer, type TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { createDialer } from '../../../sim/run/wire/dialer.ts';
import type { TlsSettings } from '../../../sim/run/wire/tls.ts';
import { HERE } from './certificates.ts';
import { closeFrame, frame, luck, OPCODE, randomCuts } from './frames.ts';
import { heardFrom, later, listen, onRequest, Viewer, yes } from './rig.ts';

const { cert } = HERE;
const text = (payload: string): Buffer => frame(OPCODE.text, payload);

/** A server of our own that agrees to every handshake, and then does as told. */
async function secure(onOpen: (socket: TLSSocket) => void, at = '127.0.0.1'): Promise<(host: string) => string> {
  const server = createServer(HERE, (socket) => {
    socket.on('error', () => undefined);
    onRequest(socket, (head) => {
      socket.write(yes(head));
      onOpen(socket);
    });
  });
  const port = await listen(server, at);
  return (host) => `wss://${host}:${port}`;
}

function dial(url: string, tls: TlsSettings): Viewer {
  const viewer = new Viewer();
  viewer.wire = createDialer({ tls }).dial({ url }, viewer);
  return viewer;
}

describe('a line over TLS', () => {
  it('carries messages both ways, of any length, and closes in order', async () => {
    const gone = later();
    const url = await secure((socket) => {
      socket.on('close', () => gone.done());
      heardFrom(socket, (what) => {
        if (what.startsWith('close')) socket.end();
        else socket.write(text(what));
      });
    });
    const viewer = dial(url('127.0.0.1'), { ca: cert });
    await viewer.whenOpen;
    const heard = later();
    viewer.onMessage = (what) => what === 'text last' && heard.done();
    const texts = ['a', 'ä'.repeat(150_000), 'last'];
    for (const one of texts) viewer.wire!.send(one);
    await heard.promise;
    expect(viewer.messages.map((one) => one === `text ${texts[1]}` || one)).toEqual(['text a', true, 'text last']);
    viewer.wire!.close(1000);
    await gone.promise;
    expect(viewer.events).toEqual(['opened', 'message', 'message', 'message']);
  });

  it('hears the same of a stream that is cut into many records', async () => {
    const below = luck(5);
    const lengths = Array.from({ length: 200 }, () => [0, 5, 125, 126, 4000, 20_000][below(6)]);
    const stream = Buffer.concat([...lengths.map((length) => text('x'.repeat(length))), closeFrame(4000)]);
    const url = await secure((socket) => {
      let from = 0;
      for (const end of randomCuts(stream.length, luck(2))) {
        socket.write(stream.subarray(from, end));
        from = end;
      }
      socket.end();
    });
    const viewer = dial(url('127.0.0.1'), { ca: cert });
    expect(await viewer.whenClosed).toMatchObject({ code: 4000 });
    expect(viewer.messages.map((one) => one.length)).toEqual(lengths);
  });

  it('stops reading when it is paused, and goes on', async () => {
    const url = await secure((socket) => {
      socket.write(text('pause'));
      heardFrom(socket, (what) => socket.write(text(`answer to ${what}`)));
    });
    const [paused, other] = [dial(url('127.0.0.1'), { ca: cert }), dial(url('127.0.0.1'), { ca: cert })];
    const isPaused = later();
    paused.onMessage = () => {
      paused.wire!.pause();
      isPaused.done();
    };
    await Promise.all([isPaused.promise, other.whenOpen]);
    paused.wire!.send('one');
    for (let i = 0; i < 5; i++) {
      const heard = later();
      other.onMessage = () => heard.done();
      other.wire!.send('ball');
      // oxlint-disable-next-line no-await-in-loop -- to and fro
      await heard.promise;
    }
    expect(paused.messages).toEqual(['pause']);
    const heard = later();
    paused.onMessage = () => heard.done();
    paused.wire!.resume();
    await heard.promise;
    expect(paused.messages).toEqual(['pause', 'answer to text one']);
  });

  it('names the host to the server, but never an address', async () => {
    const names: unknown[] = [];
    const url = await secure((socket) => names.push(socket.servername));
    await dial(url('localhost'), { ca: cert }).whenOpen;
    await dial(url('127.0.0.1'), { ca: cert }).whenOpen;
    expect(names).toEqual(['localhost', false]);
  });

  it.each([
    ['whose certificate nobody vouches for', '127.0.0.1', {}, /self-signed/],
    ['whose certificate is for another host', '127.0.0.2', { ca: cert }, /altnames/],
  ])('does not open to a server %s', async (_name, host, tls, reason) => {
    const opened: true[] = [];
    const url = await secure(() => opened.push(true), host);
    const ending = await dial(url(host), tls).whenClosed;
    expect(ending).toMatchObject({ code: 1006, status: null, reason: expect.stringMatching(reason) });
    expect(opened).toEqual([]);
  });

  it('opens to any certificate when that is wanted', async () => {
    const url = await secure(() => undefined);
    await dial(url('127.0.0.1'), { insecure: true }).whenOpen;
  });

  it('ends with 1006 when the server is gone', async () => {
    const url = await secure((socket) => setImmediate(() => socket.destroy()));
    expect(await dial(url('127.0.0.1'), { ca: cert }).whenClosed).toMatchObject({ code: 1006 });
  });
});
