import type { Conversation } from '../target.ts';

/** The same requests, with another end. */
export function mapEnd<A, B>(conversation: Conversation<A>, change: (end: A) => B): Conversation<B> {
  if ('end' in conversation) return { end: change(conversation.end) };
  const { ask, then } = conversation;
  return { ask, then: (answer) => mapEnd(then(answer), change) };
}

/** One after the other: `next` is made of how the first ended. */
export function chain<A, B>(conversation: Conversation<A>, next: (end: A) => Conversation<B>): Conversation<B> {
  if ('end' in conversation) return next(conversation.end);
  const { ask, then } = conversation;
  return { ask, then: (answer) => chain(then(answer), next) };
}
