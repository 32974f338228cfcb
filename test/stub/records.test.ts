import { expect, test } from 'vitest';
import { recordHeader, RecordReader } from '../../server-stub/fronts/records.ts';

type Record = [kind: number, number: number, payload: string];

const SENT: Record[] = [
  [1, 7, 'hello'],
  [2, 0, ''],
  [255, 0xffffffff, 'x'.repeat(70_000)],
  [3, 1, ''],
  [4, 2, '爆单了🔥'],
];
const BYTES = Buffer.concat(
  SENT.flatMap(([kind, number, text]) => [recordHeader(kind, number, Buffer.byteLength(text)), Buffer.from(text)]),
);

function readCut(cutEvery: number): Record[] {
  const got: Record[] = [];
  const reader = new RecordReader((kind, number, payload) => got.push([kind, number, String(payload)]));
  for (let at = 0; at < BYTES.length; at += cutEvery) reader.read(BYTES.subarray(at, at + cutEvery));
  return got;
}

test.each([1, 2, 3, 8, 9, 10, 13, 17, 1000, 65_536, 1e6])('records survive being cut every %i bytes', (cutEvery) => {
  expect(readCut(cutEvery)).toEqual(SENT);
});

test('a record is told when its last byte is there, not later', () => {
  const got: number[] = [];
  const reader = new RecordReader((kind) => got.push(kind));
  reader.read(recordHeader(5, 0, 2));
  reader.read(Buffer.from('a'));
  expect(got).toEqual([]);
  reader.read(Buffer.from('b'));
  expect(got).toEqual([5]);
  reader.read(recordHeader(6, 0, 0));
  expect(got).toEqual([5, 6]);
});
