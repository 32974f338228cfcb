import { expect, onTestFinished, test } from 'vitest';
import type { OfficialClient } from './chat-server.ts';

/** What any chat lets the clients of its makers do; a server of ours that does it is one that a codec may be tested with. */
export interface OfficialCase {
  readonly enter: (room: string) => Promise<OfficialClient>;
  /** Enters where nobody is let in. */
  readonly refused: () => Promise<unknown>;
  /** What its makers' client says then. */
  readonly refusal: RegExp;
}

const TEXTS = ['hello', '爆单了🔥 "quoted" \\ back', 'two\nlines'];

export function officialContract({ enter, refused, refusal }: OfficialCase): void {
  const entered = async (room: string): Promise<OfficialClient> => {
    const client = await enter(room);
    onTestFinished(() => client.close());
    return client;
  };

  test('two official clients hear each other, in order', async () => {
    const [a, b] = [await entered('main'), await entered('main')];
    for (const text of TEXTS) await a.say(text);
    expect((await b.heard.atLeast(TEXTS.length)).map(({ text }) => text)).toEqual(TEXTS);
  });

  test('rooms do not hear each other', async () => {
    const [main, side] = [await entered('main'), await entered('side')];
    await main.say('in main');
    await side.say('in side');
    expect((await side.heard.first(() => true)).text).toBe('in side');
  });

  test('who may not enter is told so', async () => {
    await expect(refused()).rejects.toThrow(refusal);
  });
}
