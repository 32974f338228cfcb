/**
 * What the module of an adapter imports as `flashcrowd`. It is bundled into every such module, and runs in Node and in k6: no `node:` modules
 * here, nor in what this imports.
 */

import type { z } from 'zod';
import type { TargetAdapter } from './target.ts';

/** An adapter, and how its options are checked. */
export interface TargetModule<O> extends TargetAdapter<O> {
  /** A schema of zod. What a target file says to this adapter is checked against it; without it, `create` is given what stands there. */
  readonly options?: Pick<z.ZodType<O>, 'safeParse'>;
}

/** Gives an editor the types; returns its argument. To be the default export of a module. */
export function defineTarget<O = undefined>(adapter: TargetModule<O>): TargetModule<O> {
  return adapter;
}

export { markerOf, withMarker } from './marker.ts';
export type { Marker } from './marker.ts';
export { messageReader } from './mapping/messages.ts';
export type { MessageRules } from './mapping/options.ts';
export { jsonTemplate, textTemplate } from './mapping/template.ts';
export { decodeUtf8, encodeUtf8 } from './mapping/utf8.ts';
export { OUTCOME_CODES } from './target.ts';
export type {
  ArrivalTarget,
  BooksTarget,
  Conversation,
  HostCue,
  HostTarget,
  HttpAnswer,
  HttpRequest,
  OutcomeCode,
  OutcomeStatus,
  Payload,
  RoomAbilities,
  RoomIntent,
  RoomMessage,
  RoomTarget,
  ShopIntent,
  ShopOutcome,
  ShopTarget,
  ShowSetup,
  SocketRequest,
  TargetAdapter,
  TargetEnvironment,
  TargetPart,
  TargetViewer,
} from './target.ts';
export type { Books } from '../ledger/books.ts';
