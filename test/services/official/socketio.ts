import { io } from 'socket.io-client';
import { chatOf, type ChatMessage, type OfficialClient } from '../chat-server.ts';
import { Inbox } from '../inbox.ts';

/** `socket.io-client`, in a room. Rejects with what the server says when it is not let in. */
export async function officialSocketIo(url: string, room: string, token = ''): Promise<OfficialClient> {
  const heard = new Inbox<ChatMessage>();
  const socket = io(url, { auth: { token }, reconnection: false, forceNew: true });
  socket.on('chat', (value: unknown) => {
    const message = chatOf(value);
    if (message !== null) heard.add(message);
  });
  await new Promise<void>((resolve, reject) => {
    socket.on('connect', resolve);
    socket.on('connect_error', reject);
  });
  await socket.emitWithAck('join', room);
  return {
    heard,
    say: async (text) => void (await socket.emitWithAck('chat', { type: 'chat', from: 'official', text })),
    close: async () => void socket.disconnect(),
  };
}
