/** Figures that must fit each other: weights, shares that add up, one currency, a size or a rate. */

import type { Finding } from '../finding.ts';
import { formatNumber, formatShare } from '../format.ts';
import { isRecord, ownValue } from '../schema/walk.ts';
import type { Path } from '../schema/walk.ts';
import { readEntries, writtenEntries } from './draft.ts';
import type { Draft } from './draft.ts';

export function* checkFigures(draft: Draft): Iterable<Finding> {
  yield* notEmpty(draft);
  yield* sizeOrRate(draft);
  yield* personaWeights(draft);
  yield* deviceWeights(draft);
  yield* unitShares(draft);
  yield* oneCurrency(draft);
  yield* chatFigures(draft);
}

function* notEmpty({ raw, read }: Draft): Iterable<Finding> {
  for (const section of ['rooms', 'audience', 'personas'] as const) {
    const isEmpty = read[section] !== undefined && Object.keys(read[section]).length === 0;
    if (isEmpty && isRecord(ownValue(raw, section)))
      yield { path: [section], message: 'empty', expected: 'at least one entry' };
  }
}

function* sizeOrRate({ raw }: Draft): Iterable<Finding> {
  for (const [id, source] of writtenEntries(raw, 'audience')) {
    if (source.kind !== 'paid' && source.kind !== 'steady') continue;
    const given = ['size', 'rate'].filter((key) => source[key] !== undefined);
    if (given.length === 1) continue;
    const message = given.length === 2 ? 'both size and rate are given' : 'neither size nor rate is given';
    yield { path: ['audience', id], message, expected: 'exactly one of size and rate' };
  }
}

function* personaWeights({ read }: Draft): Iterable<Finding> {
  for (const [id, source] of readEntries(read.audience)) yield* weights(source.personas, ['audience', id, 'personas']);
  for (const [i, cue] of (read.show ?? []).entries()) {
    if (cue?.cue === 'raid') yield* weights(cue.personas, ['show', i, 'personas']);
  }
  const shares = readEntries(read.personas).map(([, persona]) => persona.share);
  const needed = readEntries(read.audience).some(([, source]) => source.personas === undefined);
  if (needed && shares.length > 0 && shares.every((share) => share === 0)) {
    yield {
      path: ['personas'],
      message: 'every share is 0',
      expected: 'a share above 0 for the sources that name no personas',
    };
  }
}

function* deviceWeights({ read }: Draft): Iterable<Finding> {
  const devices = read.video?.devices;
  if (devices === undefined) return;
  const shares = readEntries(devices).map(([id, device]) => [id, device.share] as const);
  yield* weights(Object.fromEntries(shares), ['video', 'devices']);
}

function* weights(mix: Readonly<Record<string, number | undefined>> | undefined, path: Path): Iterable<Finding> {
  if (mix === undefined) return;
  const values = Object.values(mix);
  if (values.every((weight) => weight === 0))
    yield { path, message: 'the weights add up to 0', expected: 'at least one weight above 0' };
}

function* unitShares({ read }: Draft): Iterable<Finding> {
  for (const [id, persona] of readEntries(read.personas)) {
    yield* wholeOf(
      persona.units?.map((each) => each?.weight),
      ['personas', id, 'units'],
    );
  }
}

/** Shares that together are everything; not judged while one of them cannot be read. */
export function* wholeOf(shares: readonly (number | undefined)[] | undefined, path: Path): Iterable<Finding> {
  if (shares === undefined || shares.includes(undefined)) return;
  const sum = (shares as number[]).reduce((total, share) => total + share, 0);
  if (Math.abs(sum - 1) > 0.001) yield { path, message: `the shares add up to ${formatShare(sum)}`, expected: '100%' };
}

function* oneCurrency({ read }: Draft): Iterable<Finding> {
  const cuePrices = (read.show ?? []).map((cue, i) => {
    const price = cue?.cue === 'drop' || cue?.cue === 'price' ? cue.price : undefined;
    return { path: ['show', i, 'price'], price };
  });
  const productPrices = readEntries(read.products).map(([id, { price }]) => ({
    path: ['products', id, 'price'],
    price,
  }));
  const priced = [...productPrices, ...cuePrices].filter(({ price }) => price?.currency !== undefined);
  const first = priced[0]?.price?.currency;
  for (const { path, price } of priced) {
    if (price?.currency === first) continue;
    yield { path, message: `${price?.currency} beside ${first}`, expected: `one currency for all prices: ${first}` };
  }
}

function* chatFigures({ read }: Draft): Iterable<Finding> {
  const { bursts, skew, length, rate } = read.chat ?? {};
  if (bursts?.share === 1)
    yield {
      path: ['chat', 'bursts', 'share'],
      message: 'if every message answers another, none is the first',
      expected: 'less than 100%',
    };
  if (skew?.chatters === 0)
    yield {
      path: ['chat', 'skew', 'chatters'],
      message: 'nobody would chat',
      expected: 'more than 0; for a silent room set chat.rate to 0',
    };
  if (length?.p50 === 0)
    yield { path: ['chat', 'length', 'p50'], message: '0 is not valid', expected: 'at least 1 character' };
  if (length?.p50 !== undefined && length.p90 !== undefined && length.p90 < length.p50) {
    yield { path: ['chat', 'length', 'p90'], message: 'below p50', expected: `at least ${length.p50} characters` };
  }
  if (rate?.kind !== 'by-audience' || rate.min === undefined || rate.max === undefined || rate.min <= rate.max) return;
  yield { path: ['chat', 'rate', 'min'], message: 'above max', expected: `at most ${formatNumber(rate.max)}` };
}
