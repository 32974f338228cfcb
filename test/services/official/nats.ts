import { wsconnect } from '@nats-io/nats-core';
import { WebSocket } from 'ws';
import { chatOf, type ChatMessage, type OfficialClient } from '../chat-server.ts';
import { Inbox } from '../inbox.ts';

/** `@nats-io/nats-core`, at a subject. Rejects with what the server says when it is not let in. */
export async function officialNats(
  url: string,
  subject: string,
  login: { readonly user?: string; readonly pass?: string } = {},
): Promise<OfficialClient> {
  const heard = new Inbox<ChatMessage>();
  // It is made for browsers and later versions of Node, which have a WebSocket of their own.
  const wsFactory = async (): Promise<{ socket: globalThis.WebSocket; encrypted: boolean }> => ({
    socket: new WebSocket(url) as unknown as globalThis.WebSocket,
    encrypted: false,
  });
  const connection = await wsconnect({ servers: url, wsFactory, reconnect: false, ...login });
  connection.subscribe(subject, {
    callback: (_, received) => {
      const message = chatOf(received.json());
      if (message !== null) heard.add(message);
    },
  });
  await connection.flush();
  return {
    heard,
    say: async (text) => {
      connection.publish(subject, JSON.stringify({ type: 'chat', from: 'official', text }));
      await connection.flush();
    },
    close: () => connection.close(),
  };
}
