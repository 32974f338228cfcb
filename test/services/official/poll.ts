import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatMessage, OfficialClient } from '../chat-server.ts';
import { Inbox } from '../inbox.ts';

interface Page {
  readonly nextPageToken: string;
  readonly pollingIntervalMillis: number;
  readonly messages: readonly ChatMessage[];
}

/** As YouTube's guide says to read its chat; nobody has a client for that. */
export async function officialPoll(origin: string, room: string): Promise<OfficialClient> {
  const heard = new Inbox<ChatMessage>();
  const url = `${origin}/rooms/${room}/messages`;
  const stop = new AbortController();
  const ask = async (token: string): Promise<Page> => {
    const answer = await fetch(`${url}?pageToken=${token}`, { signal: stop.signal });
    const page = (await answer.json()) as Page;
    for (const message of page.messages) heard.add(message);
    return page;
  };
  const listen = async (page: Page): Promise<void> => {
    await sleep(page.pollingIntervalMillis / 10, undefined, { signal: stop.signal });
    return listen(await ask(page.nextPageToken));
  };
  const listening = listen(await ask('')).catch(() => undefined);
  return {
    heard,
    say: async (text) => {
      await fetch(url, { method: 'POST', body: JSON.stringify({ type: 'chat', from: 'official', text }) });
    },
    close: () => {
      stop.abort();
      return listening;
    },
  };
}
