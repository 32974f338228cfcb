import { readFileSync } from 'node:fs';
import { Script } from '../../redis/link.ts';

const read = (name: string): string => readFileSync(new URL(`./scripts/${name}.lua`, import.meta.url), 'utf8');
const shared = read('shared');
const script = (name: string): Script => new Script(`${shared}\n${read(name)}`);

export const SCRIPTS = {
  say: script('say'),
  like: script('like'),
  slowConsumer: script('slow-consumer'),
  beat: script('beat'),
  leave: script('leave'),
  cue: script('cue'),
  stock: script('stock'),
  show: script('show'),
  seen: script('seen'),
  snapshot: script('snapshot'),
  totals: script('totals'),
} as const;
