import { expect, it } from 'vitest';
import { textOf } from '../../../sim/ledger/bytes.ts';
import * as of from '../../../sim/ledger/request-line.ts';
import { FastLines } from '../../../sim/run/history/fast-lines.ts';
import { ANN } from '../../ledger/events-rig.ts';

const MONEY = { price: of.PRICE, off: of.OFF, amount: of.AMOUNT };
const COUNTS = { q: of.SEQ, n: of.RECEIVED, d: of.DUPLICATES, o: of.REORDERED, l: of.LATE };
const NUMBERS = { at: of.AT, a: of.ATTEMPT, u: of.UNITS, h: of.HTTP, ref: of.REF, ...MONEY, ...COUNTS };
const NAMES = { p: of.PURCHASE, s: of.STEP, v: of.VIEWER, x: of.PRODUCT, k: of.KEY, o: of.OUTCOME, c: of.CODE };
const VISIT = { r: of.ROOM, h: of.HOW, c: of.CUES };
const SHOP = { ...NAMES, cart: of.CART, order: of.ORDER, pay: of.PAYMENT, cp: of.COUPON };

/** As `Lines` uses it: a free byte before, a newline behind. What was read, as the event that it is. */
function parse(line: string): unknown {
  const fast = new FastLines();
  fast.use(Buffer.from(`\0${line}\n`));
  const e = fast.parse(1);
  if (e === null) return null;
  expect(fast.newline).toBe(line.length + 1);
  const isVisit = e === 'enter' || e === 'leave';
  const { bytes, numbers, from, until } = fast.line;
  const told = Object.entries(NUMBERS).flatMap(([name, at]) =>
    Number.isNaN(numbers[at]) ? [] : [[name, numbers[at]]],
  );
  const said = Object.entries(isVisit ? { v: of.VIEWER, ...VISIT } : SHOP).flatMap(([name, at]) =>
    from[at] < 0 ? [] : [[name, textOf(bytes, from[at], until[at])]],
  );
  return { e, ...Object.fromEntries([...told, ...said]) };
}

it('reads requests and answers as JSON.parse does', () => {
  // What never left is rare, and left to JSON.parse.
  const events = ANN.filter((event) => event.e === 'sent' || (event.e === 'told' && event.un === undefined));
  expect(events.length).toBeGreaterThan(0);
  for (const event of events) expect(parse(JSON.stringify(event))).toEqual(event);
});

it('reads visits, and the cues of a leave as a list', () => {
  expect(parse('{"e":"enter","at":5.1,"v":"ann","r":"main","q":10}')).toEqual({
    e: 'enter',
    at: 5.1,
    v: 'ann',
    r: 'main',
    q: 10,
  });
  const left = { e: 'leave', at: 9, v: 'ann', r: 'main', h: 'lost', q: 20, n: 8, d: 1, o: 2, l: 0 };
  for (const c of [[], ['drop'], ['drop', 'price, again']]) {
    expect(parse(JSON.stringify({ ...left, c }))).toEqual({ ...left, c: JSON.stringify(c) });
  }
  for (const c of ['[', '["a"', '["a",]', '["a""b"]', '[,"a"]', '["a" ,"b"]', '[1]', '["a\\n"]', '["é"]']) {
    expect([c, parse(`{"e":"leave","at":9,"c":${c}}`)]).toEqual([c, null]);
  }
  expect(parse(JSON.stringify({ ...left, c: [], m: [[20, 20]] }))).toBeNull();
});

it('reads chat', () => {
  const chat = { e: 'chat', at: 9.5, v: 'ann', ref: 17 };
  expect(parse(JSON.stringify(chat))).toEqual(chat);
  expect(parse(JSON.stringify({ ...chat, refs: 1 }))).toBeNull();
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
  expect(parse('{"e":"stock","at":5,"x":"a","left":1}')).toBeNull();
  expect(parse('')).toBeNull();
});
