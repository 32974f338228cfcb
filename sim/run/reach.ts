import type { Books } from '../ledger/books.ts';
import { NO_BOOKS } from '../ledger/evidence.ts';
import { NO_NUMBERS } from '../ledger/presence.ts';
import type { TargetFacts } from './target-facts.ts';

/** What can be known of a backend depends on what it tells. */

/** What the books of a backend may lack, in the words of the checkers. */
const NO_TABLE = {
  products: 'The books have no list of products.',
  payments: 'The books have no list of payments.',
  reservations: 'The books have no list of holds.',
  movements: 'The books have no movements of',
} as const;

/** Why some invariants can never be checked there, in the words of the checkers. `read`: its books, when they could be read. */
export function beyond({ books, room }: TargetFacts, read: Books | null): string[] {
  const said: string[] = [];
  if (books === null) said.push(NO_BOOKS);
  for (const [table, why] of Object.entries(NO_TABLE)) {
    if (read !== null && read[table as keyof typeof NO_TABLE] === null) said.push(why);
  }
  const isBare = read?.products?.some((product) => product.leftUnits === null || product.heldUnits === null) ?? false;
  if (isBare) said.push('The books do not say what is left or held of');
  if (room?.abilities.numbers === 'none') said.push(NO_NUMBERS);
  return said;
}

/** Metrics that are not measured there. */
export function unmeasurable({ room }: TargetFacts) {
  const names = new Set<'chat_lag' | 'chat_delivery' | 'cue_lag' | 'stock_lag'>();
  if (!room?.abilities.times) for (const name of ['chat_lag', 'cue_lag', 'stock_lag'] as const) names.add(name);
  if (!room?.abilities.cues) names.add('cue_lag');
  if (room === null || room.abilities.numbers === 'none') names.add('chat_delivery');
  return names;
}

/** For the notes of a result: what was not checked or measured, and what to do about it. */
export function limitsOf(target: TargetFacts): string[] {
  const { room, books, hosts, shop } = target;
  const said: string[] = [];
  if (shop !== null && books === null) {
    said.push(
      `${target.name} has no books that can be read: what it sold was not checked. \`flashcrowd audit\` checks it against an export.`,
    );
  }
  if (room === null) said.push('There is no room: nobody chats, and viewers follow the clock of the show.');
  else {
    if (room.abilities.numbers === 'none')
      said.push('Chat is not numbered and carries no marks: what reached each viewer was not checked.');
    if (room.abilities.numbers === 'markers') {
      said.push(
        'Chat is not numbered by the backend: the messages of the crowd carry marks in their text, and only they are checked.',
      );
    }
    if (!room.abilities.cues) said.push('The room does not tell of cues: viewers follow the clock of the show.');
  }
  if (hosts.length === 0)
    said.push('The backend has no actions of a host here: the cues of the show were not sent to it.');
  return said;
}
