import { expect, it } from 'vitest';
import { FastLines } from '../../../sim/run/history/fast-lines.ts';
import { ANN } from '../../ledger/events-rig.ts';

/** As `parseBlock` uses it: a free byte before, a newline behind. */
function parse(line: string): unknown {
  const bytes = Buffer.from(`\0${line}\n`);
  return new FastLines(bytes, line, 1).parse(1, bytes.length - 1);
}

it('reads requests and answers as JSON.parse does', () => {
  // What never left is rare, and left to JSON.parse.
  const events = ANN.filter((event) => event.e === 'sent' || (event.e === 'told' && event.un === undefined));
  expect(events.length).toBeGreaterThan(0);
  for (const event of events) expect(parse(JSON.stringify(event))).toEqual(event);
});

it('reads every number exactly', () => {
  for (const at of [0, 0.1, 7, 12.5, 1234567.8, 999_999_999_999.9, -3, 0.3000001]) {
    expect(parse(`{"e":"told","at":${at},"p":"a/1","s":"pay","a":0,"o":"ok","c":"ok"}`)).toMatchObject({ at });
  }
});

it('leaves the rest to JSON.parse', () => {
  const told = (more: string): string => `{"e":"told","at":5,"p":"a/1"${more}}`;
  expect(parse(told(''))).not.toBeNull();
  const odd = [
    ',"un":1',
    ',"new":1',
    ',"u":0.30000000000001',
    ',"c":"a\\nb"',
    ',"u":1e3',
    ',"u":null',
    ',"u":1234567890123456',
    ',"u":-',
    ',"u":1.2.3',
    ',"c":"open',
    ',"c":5',
    ',"u":"5"',
    ',',
    ' ',
    ',"amounts":5',
    ',"c" :"x"',
    ',"m":[[1,2]]',
  ];
  for (const more of odd) expect([more, parse(told(more))]).toEqual([more, null]);
  expect(parse('{"e":"sent","at":5,"v":"a","p":"a/1"')).toBeNull();
  expect(parse('{"e":"sent","at":5}{"e":"sent","at":6}')).toBeNull();
  expect(parse('{"e":"chat","at":5,"v":"a","ref":1}')).toBeNull();
  expect(parse('')).toBeNull();
});
