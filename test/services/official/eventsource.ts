import { EventSource } from 'eventsource';
import { chatOf, type ChatMessage, type OfficialClient } from '../chat-server.ts';
import { Inbox } from '../inbox.ts';

/** `eventsource`, in a room. Rejects with what the server says when it is not let in. */
export async function officialEvents(
  origin: string,
  room: string,
  headers: Record<string, string> = {},
): Promise<OfficialClient> {
  const heard = new Inbox<ChatMessage>();
  const source = new EventSource(`${origin}/rooms/${room}/events`, {
    fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, ...headers } }),
  });
  source.addEventListener('message', ({ data }) => {
    const message = chatOf(JSON.parse(data as string));
    if (message !== null) heard.add(message);
  });
  await new Promise<void>((resolve, reject) => {
    source.addEventListener('open', () => resolve());
    source.addEventListener('error', ({ code, message }) => reject(new Error(`${code} ${message}`)));
  }).catch((error: unknown) => {
    source.close();
    throw error;
  });
  const say = async (text: string): Promise<void> => {
    const body = JSON.stringify({ type: 'chat', from: 'official', text });
    await fetch(`${origin}/rooms/${room}/messages`, { method: 'POST', headers, body });
  };
  return { heard, say, close: async () => source.close() };
}
