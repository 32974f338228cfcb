import { readFileSync } from 'node:fs';
import { Script } from '../../redis/link.ts';

const read = (name: string): string => readFileSync(new URL(`./scripts/${name}.lua`, import.meta.url), 'utf8');
const shared = read('shared');
const script = (name: string): Script => new Script(`${shared}\n${read(name)}`);

/** One script for each method of the store: what it does, Redis does in one step. */
export const SCRIPTS = {
  askTime: script('ask-time'),
  setShow: script('set-show'),
  product: script('product'),
  reserve: script('reserve'),
  checkout: script('checkout'),
  beginPayment: script('begin-payment'),
  settlePayment: script('settle-payment'),
  refund: script('refund'),
  releaseExpired: script('release-expired'),
  applyCue: script('apply-cue'),
  books: script('books'),
} as const;
