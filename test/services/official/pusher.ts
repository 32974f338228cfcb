import PusherModule from 'pusher-js';
import { chatOf, type ChatMessage, type OfficialClient } from '../chat-server.ts';
import { Inbox } from '../inbox.ts';
import { PUSHER_APP } from '../pusher-app.ts';

/** Its types describe a module; what Node is given is the class itself. */
const Pusher = PusherModule as unknown as typeof PusherModule.default;

/**
 * `pusher-js`, in a channel. In a private one it speaks by client events; in a public one by the shop, which is the room of its name. Rejects
 * with what the server says when it is not let in.
 */
export async function officialPusher(origin: string, name: string, key = PUSHER_APP.key): Promise<OfficialClient> {
  const heard = new Inbox<ChatMessage>();
  const { hostname, port } = new URL(origin);
  const client = new Pusher(key, {
    cluster: '',
    wsHost: hostname,
    wsPort: Number(port),
    forceTLS: false,
    enabledTransports: ['ws'],
    channelAuthorization: { transport: 'ajax', endpoint: `${origin}/pusher/auth` },
  });
  const channel = client.subscribe(name);
  channel.bind_global((event: string, value: unknown) => {
    const message = /^(client-)?chat$/.test(event) ? chatOf(value) : null;
    if (message !== null) heard.add(message);
  });
  await new Promise<void>((resolve, reject) => {
    channel.bind('pusher:subscription_succeeded', resolve);
    client.connection.bind('error', ({ error }: { error: { data?: { message?: string } } }) => {
      reject(new Error(error.data?.message ?? 'not connected'));
    });
  }).catch((error: unknown) => {
    client.disconnect();
    throw error;
  });
  const say = async (text: string): Promise<void> => {
    const message = { type: 'chat', from: 'official', text };
    if (name.startsWith('private-')) channel.trigger('client-chat', message);
    else await fetch(`${origin}/rooms/${name}/messages`, { method: 'POST', body: JSON.stringify(message) });
  };
  return { heard, say, close: async () => client.disconnect() };
}
