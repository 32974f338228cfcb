import { encodeUtf8 } from '../mapping/utf8.ts';

/** What a viewer signs in with; what is null is left out. */
interface Login {
  readonly user: string | null;
  readonly pass: string | null;
  readonly authToken: string | null;
  /** A bearer token: nothing is signed. */
  readonly jwt: string | null;
  readonly name: string;
}

export const PONG: Uint8Array = encodeUtf8('PONG\r\n');
export const PING: Uint8Array = encodeUtf8('PING\r\n');

/**
 * Signs in and subscribes to every subject; the answer to the PING at the end says that all of it is done. In one go: a server reads it
 * after it has said its INFO.
 */
export function hello({ user, pass, authToken, jwt, name }: Login, subjects: readonly string[]): Uint8Array {
  const connect = {
    verbose: false,
    pedantic: false,
    tls_required: false,
    echo: true,
    headers: true,
    no_responders: false,
    protocol: 1,
    lang: 'flashcrowd',
    version: '0',
    name,
    ...(user === null ? {} : { user }),
    ...(pass === null ? {} : { pass }),
    ...(authToken === null ? {} : { auth_token: authToken }),
    ...(jwt === null ? {} : { jwt }),
  };
  const subscriptions = subjects.map((subject, k) => `SUB ${subject} ${k + 1}\r\n`);
  return encodeUtf8(`CONNECT ${JSON.stringify(connect)}\r\n${subscriptions.join('')}PING\r\n`);
}

export function publish(subject: string, payload: Uint8Array): Uint8Array {
  const line = encodeUtf8(`PUB ${subject} ${payload.length}\r\n`);
  const bytes = new Uint8Array(line.length + payload.length + 2);
  bytes.set(line);
  bytes.set(payload, line.length);
  bytes.set([0x0d, 0x0a], line.length + payload.length);
  return bytes;
}
