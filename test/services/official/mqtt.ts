import { connectAsync } from 'mqtt';
import { chatOf, type ChatMessage, type OfficialClient } from '../chat-server.ts';
import { Inbox } from '../inbox.ts';

/** `mqtt` (MQTT.js), at a topic. Rejects with what the server says when it is not let in. */
export async function officialMqtt(
  url: string,
  topic: string,
  login: { readonly username?: string; readonly password?: string } = {},
): Promise<OfficialClient> {
  const heard = new Inbox<ChatMessage>();
  const client = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 0, ...login }, false);
  client.on('message', (_, payload) => {
    const message = chatOf(JSON.parse(payload.toString()));
    if (message !== null) heard.add(message);
  });
  await client.subscribeAsync(topic);
  return {
    heard,
    say: async (text) =>
      void (await client.publishAsync(topic, JSON.stringify({ type: 'chat', from: 'official', text }))),
    close: () => client.endAsync(),
  };
}
