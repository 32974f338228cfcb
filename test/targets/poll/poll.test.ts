import { describe, expect, it } from 'vitest';
import { pollOptions } from '../../../sim/targets/poll/options.ts';
import { pollTarget } from '../../../sim/targets/poll/poll.ts';
import type { RoomTarget } from '../../../sim/targets/target.ts';
import { fuzz, messagesOf } from '../fuzz.ts';
import { environment, someone } from '../viewer.ts';

const WELCOME = { kind: 'welcome', seq: null, openCueIds: [] };

/** As YouTube's live chat is asked and answers. */
const YOUTUBE = {
  url: 'https://www.example.com/liveChat/messages?liveChatId={{room}}&part=snippet',
  cursor: '$.nextPageToken',
  cursorParam: 'pageToken',
  every: '$.pollingIntervalMillis',
  messages: {
    each: '$.items[*]',
    chat: {
      when: { '$.snippet.type': 'textMessageEvent' },
      text: '$.snippet.displayMessage',
      from: '$.authorDetails.channelId',
      at: '$.snippet.publishedAt',
    },
  },
};
const chatItem = (text: string): object => ({
  snippet: { type: 'textMessageEvent', displayMessage: text, publishedAt: '2025-06-15T15:06:40.000Z' },
  authorDetails: { channelId: 'UC1' },
});
const ANSWER = JSON.stringify({
  nextPageToken: 'GI_8= &',
  pollingIntervalMillis: 2300,
  items: [chatItem('größe 🔥'), { snippet: { type: 'pollEvent' } }, chatItem('second')],
});

function room(options: object = YOUTUBE): RoomTarget {
  return pollTarget(pollOptions.parse(options), environment).room!;
}

describe('a room that is polled', () => {
  it('is asked first without a cursor, then with the last one', () => {
    const { line, poll } = room({ ...YOUTUBE, headers: { 'X-Key': 'k' } });
    const viewer = someone();
    const first = {
      method: 'GET',
      origin: 'https://www.example.com',
      path: '/liveChat/messages?liveChatId=main&part=snippet',
    };
    expect(line).toBe('poll');
    expect(poll!(viewer, null)).toEqual({ ...first, headers: { 'x-key': 'k' } });
    expect(poll!(viewer, 'GI_8= &').path).toBe(`${first.path}&pageToken=GI_8%3D%20%26`);
  });

  it('keeps its cursor when an answer names none, each viewer its own, until it begins again', () => {
    const { poll } = room({ url: 'https://chat.example.com', cursor: '$.last' });
    const [one, other] = [someone(), someone({ id: 'v-2' })];
    const path = (viewer: typeof one, cursor: string | null): string => poll!(viewer, cursor).path;
    expect([path(one, null), path(one, '7'), path(one, ''), path(other, ''), path(one, null)]).toEqual([
      '/',
      '/?cursor=7',
      '/?cursor=7',
      '/',
      '/',
    ]);
  });

  it('welcomes with every answer, and says when to ask again from where', () => {
    const chat = { kind: 'chat', seq: null, publishedAtMs: Date.UTC(2025, 5, 15, 15, 6, 40), from: 'UC1' };
    expect(messagesOf(room(), ANSWER)).toEqual([
      WELCOME,
      { ...chat, text: 'größe 🔥' },
      { ...chat, text: 'second' },
      { kind: 'poll_again', afterMs: 2300, cursor: 'GI_8= &' },
    ]);
    expect(messagesOf(room(), new TextEncoder().encode(ANSWER))).toEqual(messagesOf(room(), ANSWER));
  });

  it.each([
    [{ every: '$.wait' }, { wait: 0 }, 0],
    [{ every: '$.wait' }, { wait: '250' }, 250],
    [{ every: '$.wait', everyUnit: 's' }, { wait: 1.5 }, 1500],
    [{ every: '$.wait' }, { wait: 'soon' }, 5000],
    [{ every: '$.wait' }, { wait: -1 }, 5000],
    [{ every: '$.wait' }, {}, 5000],
    [{ every: '$.wait' }, { wait: 1e12 }, 600_000],
    [{ every: '800ms' }, {}, 800],
    [{}, {}, 5000],
  ])('with %j waits after %j for %i ms', (options, answer, afterMs) => {
    const again = messagesOf(room({ url: 'https://chat.example.com/poll', ...options }), JSON.stringify(answer)).at(-1);
    expect(again).toEqual({ kind: 'poll_again', afterMs, cursor: '' });
  });

  it('takes the cursor from the last message', () => {
    const options = { url: 'https://chat.example.com/poll', cursor: '$.messages[-1].id' };
    const again = messagesOf(room(options), '{"messages":[{"id":4},{"id":5}]}').at(-1);
    expect(again).toMatchObject({ cursor: '5' });
    expect(messagesOf(room(options), '{"messages":[]}').at(-1)).toMatchObject({ cursor: '' });
  });

  it('lets rules decide whether the viewer is in, before all else', () => {
    const options = {
      url: 'https://chat.example.com/poll',
      numbers: 'sequence',
      messages: {
        each: '$[*]',
        chat: { when: { '$.t': 'chat' }, text: '$.text', number: '$.n' },
        welcome: { when: { '$.t': 'hello' }, number: '$.n' },
        refused: { when: { '$.t': 'no' }, reason: '$.why' },
      },
    };
    const kinds = (answer: object): string[] =>
      messagesOf(room(options), JSON.stringify(answer)).map(({ kind }) => kind);
    expect(
      kinds([
        { t: 'chat', n: 4, text: 'a' },
        { t: 'hello', n: 3 },
      ]),
    ).toEqual(['welcome', 'chat', 'poll_again']);
    expect(kinds([{ t: 'no', why: 'over' }])).toEqual(['refused', 'poll_again']);
    expect(kinds([{ t: 'chat', n: 5, text: 'b' }])).toEqual(['welcome', 'chat', 'poll_again']);
  });

  it('refuses an answer that is not JSON', () => {
    expect(() => room().decode('<html>', () => undefined)).toThrow('the answer to a poll is not JSON');
  });

  it('says chat by a request', () => {
    const { say } = room({ ...YOUTUBE, sayBy: { request: 'POST /say' } });
    expect(say({ kind: 'chat', text: 'hi', ref: 1 }, someone())).toMatchObject({ method: 'POST', path: '/say' });
    expect(say({ kind: 'gift', gift: 'rose', ref: 1 }, someone())).toBeNull();
    expect(room().say({ kind: 'chat', text: 'hi', ref: 1 }, someone())).toBeNull();
  });

  it('takes a path or a duration, and an address of HTTP', () => {
    const problems = (more: object) =>
      pollOptions.safeParse({ ...YOUTUBE, ...more }).error?.issues.map(({ path }) => path[0]);
    expect(problems({ every: 'often', url: 'wss://chat.example.com' })).toEqual(['url', 'every']);
    expect(problems({ every: '$.[' })).toEqual(['every']);
    expect(problems({})).toBeUndefined();
  });

  it('reads or refuses an answer whatever is done to it', () => {
    const plain = '[{"type":"chat","text":"hi","from":"v"},{"type":"count","viewers":3}]';
    const { emitted, thrown } = fuzz(room(), [ANSWER, '{"items":[],"pollingIntervalMillis":1e999}', 'null', plain]);
    expect(emitted).toBeGreaterThan(1000);
    expect(thrown).toBeGreaterThan(500);
  });
});
