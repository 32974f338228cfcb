import { Faker, en, base } from '@faker-js/faker';
import { normalQuantile } from '../distributions.ts';

const PHRASES = 512;
const NAMES = 512;
const MAX_CHARS = 200;

/**
 * Chat texts whose lengths follow the scenario's median and 90th percentile (lognormal), and display names. Made by faker
 * from the seed, once; viewers choose among them by counted draws.
 */
export function makePhrases(
  seedLo: number,
  length: { p50: number; p90: number },
): { phrases: string[]; displayNames: string[] } {
  const faker = new Faker({ locale: [en, base], seed: seedLo });
  const sigma = Math.log(Math.max(1, length.p90 / length.p50)) / normalQuantile(0.9);
  const phrases = Array.from({ length: PHRASES }, (_, i) => {
    const chars = length.p50 * Math.exp(sigma * normalQuantile((i + 0.5) / PHRASES));
    return phraseOf(faker, Math.min(MAX_CHARS, Math.max(1, Math.round(chars))));
  });
  return { phrases, displayNames: Array.from({ length: NAMES }, () => faker.internet.username()) };
}

function phraseOf(faker: Faker, chars: number): string {
  let text = faker.helpers.arrayElement(STARTS);
  while (text.length < chars) text += ` ${faker.helpers.arrayElement(WORDS)}`;
  return text.slice(0, chars).trimEnd();
}

const STARTS = [
  'love',
  'omg',
  'yes',
  'need',
  'how',
  'is',
  'when',
  'just',
  'got',
  'want',
  'so',
  'hi',
  'please',
  'which',
  'again',
  'wow',
];
const WORDS = [
  'this',
  'it',
  'the',
  'link',
  'serum',
  'price',
  'shipping',
  'mine',
  'please',
  'now',
  'again',
  'more',
  'my',
  'order',
  'stock',
  'back',
  'for',
  'dry',
  'hair',
  'skin',
  'oily',
  'good',
  'really',
  'works',
  'today',
  'from',
  'last',
  'week',
  'one',
  'two',
  'set',
  'discount',
];
