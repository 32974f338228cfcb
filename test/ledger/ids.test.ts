import { expect, it } from 'vitest';
import { bytesOf, textOf } from '../../sim/ledger/bytes.ts';
import { Ids } from '../../sim/ledger/ids.ts';

const ODD = ['', 'a', 'ünal', '購入/1', 'emoji 🛒', 'x'.repeat(10_000), `${'x'.repeat(5000)}é`];

it('turns any text into bytes of UTF-8 and back', () => {
  for (const text of ODD) {
    expect([...bytesOf(text)]).toEqual([...Buffer.from(text)]);
    expect(textOf(bytesOf(text), 0, Buffer.byteLength(text))).toBe(text);
  }
});

it('gives each text one number, however many there are', () => {
  const ids = new Ids(['first']);
  const texts = [...ODD, ...Array.from({ length: 5000 }, (_, i) => `followers-${i * 7}/${i % 3}`)];
  const rows = texts.map((text) => ids.rowOf(text));
  expect(rows).toEqual(texts.map((_, i) => i + 1));
  expect(texts.map((text) => ids.rowOf(text))).toEqual(rows);
  expect(rows.map((row) => ids.text(row))).toEqual(texts);
  expect(rows.map((row) => ids.kept(row))).toEqual(texts);
  expect(ids.size).toBe(texts.length + 1);
});

it('finds a text between other bytes, and nothing that was never added', () => {
  const ids = new Ids(['ann/1', 'ann/11']);
  const line = bytesOf('"p":"ann/11"');
  expect(ids.find(line, 5, 11)).toBe(1);
  expect(ids.find(line, 5, 10)).toBe(0);
  expect(ids.find(line, 5, 9)).toBe(-1);
});
