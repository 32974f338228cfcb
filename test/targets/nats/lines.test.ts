import { Kind, MsgHdrsImpl, Parser, type ParserEvent } from '@nats-io/nats-core/internal';
import { describe, expect, it } from 'vitest';
import { hello, PING, PONG, publish } from '../../../sim/targets/nats/commands.ts';
import { readLines, wholeLines, type ServerLine } from '../../../sim/targets/nats/lines.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

function ours(bytes: Uint8Array): ServerLine[] {
  const lines: ServerLine[] = [];
  expect(wholeLines(bytes)).toBe(bytes.length);
  readLines(bytes, (line) => lines.push(line));
  return lines;
}

/** The same by the official client's parser. */
function theirs(bytes: Uint8Array): ServerLine[] {
  const events: ParserEvent[] = [];
  const push = (event: ParserEvent): void => void events.push({ ...event, data: event.data?.slice() });
  new Parser({ push: (event) => push(event as ParserEvent) }).parse(bytes);
  return events.map(({ kind, msg, data }): ServerLine => {
    if (kind === Kind.MSG)
      return { kind: 'msg', subject: textOf(msg?.subject), payload: data!.slice(Math.max(0, msg!.hdr)) };
    if (kind === Kind.ERR) return { kind: 'err', text: textOf(data).replaceAll("'", '') };
    return { kind: kind === Kind.PING ? 'ping' : kind === Kind.PONG ? 'pong' : kind === Kind.INFO ? 'info' : 'ok' };
  });
}

const headers = new MsgHdrsImpl();
headers.append('a', 'b c');
headers.append('Nats-Msg-Id', '7');
const head = textOf(headers.encode());

describe('lines of a server', () => {
  it.each([
    'INFO {"server_id":"x","headers":true,"max_payload":1048576} \r\n',
    'PING\r\nPONG\r\n+OK\r\n',
    "-ERR 'Authorization Violation'\r\n",
    'MSG room.1 1 5\r\nhello\r\n',
    'MSG room.1 1 0\r\n\r\nMSG room.2  12\tanswer.here 9\r\nPING\r\n+OK\r\n',
    `HMSG room.1 1 ${head.length} ${head.length + 2}\r\n${head}{}\r\nPING\r\n`,
    `HMSG room.1 1 answer.here ${head.length} ${head.length}\r\n${head}\r\n`,
    'MSG 部屋.1 1 4\r\n🔥\r\n',
  ])('are what the official parser makes of them: %j', (text) => {
    const lines = ours(bytesOf(text));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines).toEqual(theirs(bytesOf(text)));
  });

  it('are not whole until the last line break of the payload is there', () => {
    const text = `PING\r\nMSG room.1 1 6\r\n\r\nPING\r\n-ERR 'x'\r\n`;
    const ends = [6, 30, 40];
    for (let length = 0; length <= text.length; length++)
      expect(wholeLines(bytesOf(text.slice(0, length)))).toBe(Math.max(0, ...ends.filter((end) => end <= length)));
  });

  it.each([
    'HELLO\r\n',
    'PUB a 1\r\nx\r\n',
    'MSGX',
    'X',
    '\r\n',
    'MSG room.1 1\r\n',
    'MSG room.1 1 a b 5\r\n',
    'MSG room.1 1 -5\r\n',
    'MSG room.1 1 99999999\r\n',
    'MSG room.1 1 5\r\nhello world\r\n',
    'HMSG room.1 1 9 5\r\nhello\r\n',
  ])('throw when nobody should say them: %j', (text) => {
    expect(() => wholeLines(bytesOf(text))).toThrow(/^NATS: /);
    expect(() => readLines(bytesOf(text), () => undefined)).toThrow(/^NATS: /);
  });

  it('throw when they do not end', () => {
    expect(() => wholeLines(bytesOf(`INFO ${'x'.repeat(300_000)}`))).toThrow('more than 262144 bytes');
  });

  it('throw when the last is cut off', () => {
    expect(() => readLines(bytesOf('MSG room.1 1 5\r\nhel'), () => undefined)).toThrow('ends too soon');
  });
});

describe('what a viewer says', () => {
  const nobody = { user: null, pass: null, authToken: null, jwt: null, name: 'v-1' };
  const connectOf = (login: Parameters<typeof hello>[0]): Record<string, unknown> => {
    const [line] = textOf(hello(login, ['room.1'])).split('\r\n');
    return JSON.parse(line.slice('CONNECT '.length)) as Record<string, unknown>;
  };

  it('signs in, subscribes to every subject and asks for an answer, in this order', () => {
    const [connect, ...rest] = textOf(hello(nobody, ['room.1', 'stock.>'])).split('\r\n');
    expect(connect).toMatch(/^CONNECT \{.*\}$/);
    expect(rest).toEqual(['SUB room.1 1', 'SUB stock.> 2', 'PING', '']);
    expect(connectOf(nobody)).toMatchObject({ verbose: false, echo: true, headers: true, name: 'v-1' });
  });

  it('names only the login that it has', () => {
    expect(Object.keys(connectOf(nobody))).not.toContain('user');
    expect(connectOf({ ...nobody, user: 'u', pass: 'p' })).toMatchObject({ user: 'u', pass: 'p' });
    expect(connectOf({ ...nobody, authToken: 't' })).toMatchObject({ auth_token: 't' });
    expect(connectOf({ ...nobody, jwt: 'j' })).toMatchObject({ jwt: 'j' });
  });

  it('publishes with the length in bytes', () => {
    expect(textOf(publish('room.1', bytesOf('größe 🔥')))).toBe('PUB room.1 12\r\ngröße 🔥\r\n');
    expect(textOf(publish('room.1', bytesOf('')))).toBe('PUB room.1 0\r\n\r\n');
  });

  it('pings and pongs', () => {
    expect(theirs(PING)).toEqual([{ kind: 'ping' }]);
    expect(theirs(PONG)).toEqual([{ kind: 'pong' }]);
  });
});
