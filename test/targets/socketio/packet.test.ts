import { decodePacket, encodePacket } from 'engine.io-parser';
import { Decoder, Encoder, PacketType, type Packet } from 'socket.io-parser';
import { describe, expect, it } from 'vitest';
import { heardIn, packets } from '../../../sim/targets/socketio/packet.ts';

/** Texts that parsers stumble over. */
const WORDS = ['hi', '', '12', '"', '\\', 'a,b', '/x,1[', '\n', '\u2028', '\u{1f525}', '[fc:0.1.0.abc]'];
const NAMESPACES = ['/', '/chat', '/chat/room-1'];

/** As the official client or server puts a packet on the line. */
function official(packet: Packet): string {
  const [data] = new Encoder().encode(packet) as string[];
  let frame = '';
  encodePacket({ type: 'message', data }, true, (encoded) => (frame = encoded as string));
  return frame;
}

/** As the official client or server reads a frame. */
function read(frame: string): Packet {
  const { type, data } = decodePacket(frame, 'nodebuffer');
  expect(type).toBe('message');
  const packets: Packet[] = [];
  const decoder = new Decoder();
  decoder.on('decoded', (packet: Packet) => packets.push(packet));
  decoder.add(data);
  return packets[0];
}

describe.each(NAMESPACES)('in the namespace %s', (nsp) => {
  it('the official parser reads our events', () => {
    for (const word of WORDS) {
      expect(read(packets.event(nsp, 'chat', [{ text: word }, word], 7))).toEqual({
        type: PacketType.EVENT,
        nsp,
        id: 7,
        data: ['chat', { text: word }, word],
      });
      expect(read(packets.event(nsp, `say ${word}`, [], null))).toEqual({
        type: PacketType.EVENT,
        nsp,
        data: [`say ${word}`],
      });
    }
  });

  it('the official parser reads how we enter', () => {
    expect(read(packets.connect(nsp, undefined))).toEqual({ type: PacketType.CONNECT, nsp });
    expect(read(packets.connect(nsp, { token: 'a,b' }))).toEqual({
      type: PacketType.CONNECT,
      nsp,
      data: { token: 'a,b' },
    });
  });

  it('we read what the official parser writes', () => {
    for (const word of WORDS) {
      const event = { type: PacketType.EVENT, nsp, data: [`e${word}`, word, { word }] };
      const heard = { kind: 'event', name: `e${word}`, args: [word, { word }] };
      expect(heardIn(official(event))).toEqual(heard);
      expect(heardIn(official({ ...event, id: 12 }))).toEqual(heard);
      expect(heardIn(official({ type: PacketType.ACK, nsp, id: 3, data: [word] }))).toEqual({
        kind: 'ack',
        id: 3,
        args: [word],
      });
    }
  });

  it('we read how a client is let in, refused, and sent away', () => {
    expect(heardIn(official({ type: PacketType.CONNECT, nsp, data: { sid: 'x' } }))).toEqual({
      kind: 'connected',
    });
    const data = { message: 'who are you', data: { code: 429 } };
    expect(heardIn(official({ type: PacketType.CONNECT_ERROR, nsp, data }))).toEqual({
      kind: 'connect_error',
      message: 'who are you',
      data: { code: 429 },
    });
    expect(heardIn(official({ type: PacketType.DISCONNECT, nsp }))).toEqual({ kind: 'disconnected' });
  });
});

it('reads the packets of Engine.IO', () => {
  expect(heardIn('0{"sid":"a","pingInterval":25000}')).toEqual({ kind: 'open' });
  expect(heardIn('1')).toEqual({ kind: 'closed' });
  expect(heardIn('2')).toEqual({ kind: 'ping' });
  expect(heardIn('6')).toEqual({ kind: 'other' });
  expect(decodePacket(packets.pong(), 'nodebuffer')).toEqual({ type: 'pong' });
});

it('passes binary events over', () => {
  const [head] = new Encoder().encode({ type: PacketType.EVENT, nsp: '/', data: ['photo', Buffer.from([1])] });
  expect(heardIn(`4${head as string}`)).toEqual({ kind: 'other' });
});

it.each([
  '',
  '9',
  'x',
  '0',
  '0[]',
  '4',
  '49',
  '42',
  '42{}',
  '42[',
  '42[{}]',
  '43["no id"]',
  '43999999999999999999[]',
  '44',
  '44[]',
  '40[]',
])('throws at %j', (frame) => {
  expect(() => heardIn(frame)).toThrow('not a packet of Socket.IO');
});
