/** Our plain format where messages are events with names: `{ event, data }`. */

import type { MessageRules, RoomOptions, SayOptions } from './options.ts';

/** The options, with what is not written in them as the plain format has it. `chat`: names of the events that are chat. */
export function withEventFormat(options: RoomOptions, chat: readonly string[]): RoomOptions {
  const { messages, say, cues } = options;
  return {
    ...options,
    messages: messages ?? readings(chat),
    say: { ...SAYINGS, ...say },
    // What nobody wrote promises nothing.
    cues: cues ?? (messages === undefined ? false : undefined),
  };
}

function readings(chat: readonly string[]): MessageRules {
  return {
    chat: {
      when: { '$.event': [...chat] },
      text: '$.data.text',
      from: '$.data.from',
      number: '$.data.seq',
      at: '$.data.at',
    },
    cue: { when: { '$.event': 'cue' }, id: '$.data.id', at: '$.data.at' },
    stock: { when: { '$.event': 'stock' }, product: '$.data.product', left: '$.data.left', at: '$.data.at' },
    count: { when: { '$.event': 'count' }, viewers: '$.data.viewers' },
    likes: { when: { '$.event': 'likes' }, total: '$.data.total' },
    welcome: { when: { '$.event': 'welcome' }, number: '$.data.seq', cues: '$.data.cues[*]' },
    refused: { when: { '$.event': 'error' }, reason: '$.data.message', codes: { throttled: { '$.data.code': 429 } } },
  };
}

const SAYINGS: SayOptions = {
  chat: { from: '{{viewer.id}}', text: '{{text}}', ref: '{{ref}}', at: '{{now}}' },
  like: { count: '{{count}}' },
  gift: { gift: '{{gift}}', ref: '{{ref}}' },
};
