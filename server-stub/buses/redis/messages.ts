import type { ChatFrame, CueRequest } from '../../protocol.ts';
import type { StockLevel } from '../../store.ts';

/** What goes over the channel. `e` is the number of the show it belongs to: what comes late must not get into the next one. */
export type Message = { readonly e: number } & (
  | { readonly k: 'chat'; readonly room: string; readonly m: ChatFrame }
  | { readonly k: 'likes'; readonly room: string; readonly total: number }
  | { readonly k: 'count'; readonly from: string; readonly rooms: Record<string, number> }
  | { readonly k: 'cue'; readonly n: number; readonly cue: CueRequest; readonly at: number }
  | { readonly k: 'stock'; readonly level: StockLevel }
  | { readonly k: 'show'; readonly rooms: readonly string[] }
  | { readonly k: 'seen'; readonly from: string }
);

/** The reply of the script `snapshot`: what whoever joins must know. All of it is text. */
export type Snapshot = readonly [
  epoch: string,
  rooms: [id: string, seq: string, likes: string][],
  cues: string[],
  stock: string[],
];
