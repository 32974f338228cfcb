import { describe, expect, it } from 'vitest';
import { EventScanner } from '../../../sim/run/wire/event-scanner.ts';
import { luck, randomCuts } from './frames.ts';

/** What is found in a stream that is read in pieces which end at `ends`. The buffer is used again for each, as a socket's is. */
function found(stream: Buffer, ends: readonly number[], maxBytes = 1_000_000): string[] {
  const heard: string[] = [];
  const scanner = new EventScanner(
    {
      event: (buffer, start, end) => void heard.push(buffer.toString('utf8', start, end)),
      tooLong: () => void heard.push('too long'),
    },
    maxBytes,
  );
  const shared = Buffer.alloc(stream.length + 3);
  let from = 0;
  for (const end of [...ends, stream.length]) {
    stream.copy(shared, 3, from, end);
    scanner.scan(shared, 3, 3 + end - from);
    shared.fill('!');
    from = end;
  }
  return heard;
}

const EVENTS = [
  'data: one',
  'event: chat\ndata: {"text":"für 5 €"}\nid: 7',
  ': keep-alive',
  'data\ndata',
  'data: last',
];

/** The events as a server writes them whose lines end like this. */
const written = (lineEnd: string, events = EVENTS): Buffer =>
  Buffer.from(events.map((event) => event.replaceAll('\n', lineEnd) + lineEnd + lineEnd).join(''));
const unified = (texts: readonly string[]): string[] => texts.map((text) => text.replaceAll(/\r\n|\r/g, '\n'));

describe('events of a stream', () => {
  it.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('are found wherever it is cut (%s)', (_name, lineEnd) => {
    const stream = written(lineEnd);
    for (let cut = 0; cut <= stream.length; cut++) expect(unified(found(stream, [cut]))).toEqual(EVENTS);
    const everyByte = Array.from({ length: stream.length }, (_, i) => i);
    expect(unified(found(stream, everyByte))).toEqual(EVENTS);
  });

  it('are found whatever mixture of line ends there is, and however many blank lines', () => {
    const below = luck(7);
    for (let i = 0; i < 300; i++) {
      const lineEnd = (): string => ['\n', '\r\n', '\r'][below(3)];
      // CR and LF from two of them would be one.
      const blank = (): string => (below(2) === 0 ? '\n\n' : '\r\n\r\n').repeat(1 + below(3));
      const parts = EVENTS.map((event) => event.replaceAll(/\n(?=.)/g, () => lineEnd()) + blank());
      const stream = Buffer.from(`${'\n'.repeat(below(3))}${parts.join('')}`);
      expect(unified(found(stream, randomCuts(stream.length, below)))).toEqual(EVENTS);
    }
  });

  it('are handed over at the end of the blank line, before its LF has come', () => {
    expect(found(Buffer.from('data: a\r\n\r'), [])).toEqual(['data: a']);
    expect(found(Buffer.from('data: a\r\r'), [])).toEqual(['data: a']);
  });

  it('begin after a byte order mark', () => {
    const stream = Buffer.from('\ufeffdata: a\n\n\ufeffdata: b\n\n');
    for (let cut = 0; cut <= stream.length; cut++) expect(found(stream, [cut])).toEqual(['data: a', '\ufeffdata: b']);
  });

  it('do not count before they are whole', () => {
    expect(found(Buffer.from('data: a\n\ndata: b\n'), [])).toEqual(['data: a']);
    expect(found(Buffer.from('\n\r\n\n'), [1, 2])).toEqual([]);
  });

  it('may be so long, and no longer, whether cut or not', () => {
    for (const lineEnd of ['\n', '\r\n']) {
      for (const ends of [[], [5], [99], [100], [101], [102]]) {
        expect(found(written(lineEnd, ['x'.repeat(100)]), ends, 100)).toEqual(['x'.repeat(100)]);
        expect(found(written(lineEnd, ['x'.repeat(101), 'next']), ends, 100)).toEqual(['too long']);
      }
    }
    expect(found(Buffer.from('x'.repeat(1000)), [1, 500], 100)).toEqual(['too long']);
  });
});

it('knows when it is between events', () => {
  const scanner = new EventScanner({ event: () => undefined, tooLong: () => undefined }, 100);
  const after = (text: string): boolean => {
    scanner.scan(Buffer.from(text), 0, text.length);
    return scanner.isBetweenEvents;
  };
  expect([
    scanner.isBetweenEvents,
    after('data'),
    after(': a\n'),
    after('\n'),
    after('data: b\r\n\r'),
    after('\n'),
  ]).toEqual([true, false, false, true, false, true]);
});
