import { createParser } from 'eventsource-parser';
import { describe, expect, it } from 'vitest';
import { eventsIn, type ServerEvent } from '../../../sim/targets/sse/event.ts';
import { randomFrom } from '../fuzz.ts';

function theirs(block: string): ServerEvent[] {
  const events: ServerEvent[] = [];
  const parser = createParser({
    onEvent: ({ event, id, data }) => events.push({ event: event ?? 'message', id: id ?? null, data }),
  });
  parser.feed(`${block}\n\n`);
  return events;
}

describe('server-sent events', () => {
  it.each([
    'data: hello\n\n',
    'data:hello\n\n',
    'data:  two blanks, one kept\n\n',
    'event: chat\nid: 7\ndata: {"a":1}\n\n',
    'event: chat\r\nid: 7\r\ndata: {"a":1}\r\n\r\n',
    'data: one\ndata: two\ndata\ndata: four',
    ': a comment\n\n',
    ':\n: still there\ndata: x\n\n',
    'retry: 3000\n\n',
    'retry: 3000\ndata: x\nunknown: y\n\n',
    'event: nothing to say\n\n',
    'id: a\0b\ndata: x\n\n',
    'id\ndata: x\n\n',
    'data: {"text":"値下げ 🔥: a: b"}\n\n',
    'data: 1\n\ndata: 2\nevent: b\n\ndata: 3',
    '\n\ndata: behind blank lines',
    '',
  ])('are what eventsource-parser makes of them: %j', (block) => {
    expect(eventsIn(block)).toEqual(theirs(block));
  });

  it('may begin with a byte order mark', () => {
    expect(eventsIn('\ufeffdata: x\n\n')).toEqual([{ event: 'message', id: null, data: 'x' }]);
  });

  it('end their lines with a carriage return alone', () => {
    expect(eventsIn('event: a\rdata: x\r\rdata: y\r\r')).toEqual([
      { event: 'a', id: null, data: 'x' },
      { event: 'message', id: null, data: 'y' },
    ]);
  });

  it('are the same in any order of lines', () => {
    const random = randomFrom(11);
    const lines = [
      'data: x',
      'data',
      'data:',
      'event: e',
      'event',
      'id: 1',
      'id',
      ': c',
      '',
      'retry: 5',
      'other',
      'data: : :',
    ];
    for (let round = 0; round < 3000; round++) {
      const block = Array.from({ length: random(9) }, () => lines[random(lines.length)]).join(
        random(2) ? '\n' : '\r\n',
      );
      expect({ block, events: eventsIn(block) }).toEqual({ block, events: theirs(block) });
    }
  });
});
