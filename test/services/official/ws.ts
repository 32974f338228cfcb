import { once } from 'node:events';
import { WebSocket } from 'ws';
import { chatOf, type ChatMessage, type OfficialClient } from '../chat-server.ts';
import { Inbox } from '../inbox.ts';

/** `ws`, where the protocol is JSON and nothing else. Rejects with what the server says when it is not let in. */
export async function officialWs(url: string): Promise<OfficialClient> {
  const heard = new Inbox<ChatMessage>();
  const socket = new WebSocket(url);
  socket.on('message', (data) => {
    const value: unknown = JSON.parse(String(data));
    const message = chatOf(value);
    if (message !== null) heard.add(message);
  });
  // The server's first words say that one is in.
  await once(socket, 'message');
  return {
    heard,
    say: async (text) => socket.send(JSON.stringify({ type: 'chat', from: 'official', text })),
    close: async () => {
      const gone = once(socket, 'close');
      socket.close();
      await gone;
    },
  };
}
