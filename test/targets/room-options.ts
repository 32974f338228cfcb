import { PUSHER_APP } from '../services/pusher-app.ts';

/** What a target file says of the chat servers in test/services, but for `use:`. Plain data, as YAML would hold it. */
export type RoomFile = Readonly<Record<string, unknown>>;

/** `query`: behind the path, with its question mark. */
export function jsonRoom(url: string, query = ''): RoomFile {
  return { url: `${url}/rooms/{{room}}${query}` };
}

export function socketioRoom(url: string): RoomFile {
  return { url, join: { event: 'join' } };
}

export function sseRoom(url: string): RoomFile {
  return { url: `${url}/rooms/{{room}}/events`, sayBy: { request: 'POST /rooms/{{room}}/messages' } };
}

export function pollRoom(url: string): RoomFile {
  return {
    url: `${url}/rooms/{{room}}/messages`,
    cursor: '$.nextPageToken',
    cursorParam: 'pageToken',
    every: '$.pollingIntervalMillis',
    messages: { each: '$.messages[*]', chat: { text: '$.text', from: '$.from', number: '$.seq', at: '$.at' } },
    sayBy: { request: 'POST /rooms/{{room}}/messages' },
  };
}

/** Viewers speak through the shop, which is at the same place. */
export function pusherRoom(url: string): RoomFile {
  return { url, key: PUSHER_APP.key, sayBy: { request: 'POST /rooms/{{room}}/messages' } };
}

/** Viewers speak by events of clients, which the server sends to everybody else. */
export function privatePusherRoom(url: string): RoomFile {
  return { url, key: PUSHER_APP.key, secret: PUSHER_APP.secret, channel: 'private-{{room}}' };
}

export function centrifugoRoom(url: string): RoomFile {
  return { url };
}

export function mqttRoom(url: string): RoomFile {
  return { url, topic: 'rooms/{{room}}' };
}

export function natsRoom(url: string): RoomFile {
  return { url, subject: 'rooms.{{room}}' };
}
