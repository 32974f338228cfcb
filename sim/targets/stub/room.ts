import type { ChatFrame, ClientFrame, CueFrame, ServerFrame } from '../../../server-stub/protocol.ts';
import type { Payload, RoomIntent, RoomMessage } from '../target.ts';

export function encodeRoomIntent(intent: RoomIntent): string {
  switch (intent.kind) {
    case 'chat':
      return JSON.stringify({ t: 'chat', ref: intent.ref, text: intent.text } satisfies ClientFrame);
    case 'like':
      return JSON.stringify({ t: 'like', n: intent.count } satisfies ClientFrame);
    case 'gift':
      return JSON.stringify({ t: 'gift', ref: intent.ref, gift: intent.gift } satisfies ClientFrame);
  }
}

/** Throws SyntaxError on a frame that is not JSON. */
export function decodeFrame(payload: Payload, emit: (message: RoomMessage) => void): void {
  if (typeof payload !== 'string') throw new SyntaxError('the stub speaks text');
  const frame = JSON.parse(payload) as ServerFrame;
  switch (frame.t) {
    case 'chat':
      return emit(chat(frame));
    case 'batch':
      return frame.m.forEach((message) => emit(chat(message)));
    case 'cue':
      return emit(cue(frame));
    case 'stock':
      return emit({ kind: 'stock', productId: frame.product, left: frame.left, publishedAtMs: frame.at });
    case 'count':
      return emit({ kind: 'count', viewers: frame.viewers });
    case 'likes':
      return emit({ kind: 'likes', total: frame.total });
    case 'ack':
      return emit({ kind: 'chat_ack', ref: frame.ref, ok: frame.ok, code: frame.ok ? 'ok' : ackCode(frame.code) });
    case 'welcome':
      return emit({ kind: 'welcome', seq: frame.seq, openCueIds: frame.cues.map((standing) => standing.id) });
  }
}

function chat(frame: ChatFrame): RoomMessage {
  return { kind: 'chat', seq: frame.seq, publishedAtMs: frame.at, from: frame.from };
}

function cue(frame: CueFrame): RoomMessage {
  return { kind: 'cue', cueId: frame.id, publishedAtMs: frame.at };
}

function ackCode(code: string | undefined): 'throttled' | 'refused' {
  return code === 'throttled' ? 'throttled' : 'refused';
}
