import { Centrifuge } from 'centrifuge';
import { WebSocket } from 'ws';
import { chatOf, type ChatMessage, type OfficialClient } from '../chat-server.ts';
import { Inbox } from '../inbox.ts';

/** `centrifuge`, in a channel. Rejects with what the server says when it is not let in. */
export async function officialCentrifuge(url: string, channel: string, token = ''): Promise<OfficialClient> {
  const heard = new Inbox<ChatMessage>();
  const client = new Centrifuge(url, { websocket: WebSocket, token });
  const subscription = client.newSubscription(channel);
  subscription.on('publication', ({ data }) => {
    const message = chatOf(data);
    if (message !== null) heard.add(message);
  });
  const refused = new Promise<never>((_, reject) => {
    client.on('disconnected', ({ code, reason }) => reject(new Error(`${code} ${reason}`)));
  });
  const subscribed = new Promise((resolve) => subscription.on('subscribed', resolve));
  subscription.subscribe();
  client.connect();
  await Promise.race([subscribed, refused]);
  return {
    heard,
    say: async (text) => void (await subscription.publish({ type: 'chat', from: 'official', text })),
    close: async () => client.disconnect(),
  };
}
