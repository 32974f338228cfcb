import { createHash, createHmac } from 'node:crypto';

/** The app of the Pusher server of the tests. */
export const PUSHER_APP = { id: '42', key: 'key-of-the-app', secret: 'secret-of-the-app' };

/** What lets a client into a private channel: https://pusher.com/docs/channels/library_auth_reference/auth-signatures/ */
export function signChannel(socketId: string, channel: string): string {
  return `${PUSHER_APP.key}:${sign(`${socketId}:${channel}`)}`;
}

/** The query of a POST to the HTTP API: https://pusher.com/docs/channels/library_auth_reference/rest-api/ */
export function signedQuery(path: string, body: string, nowMs: number): URLSearchParams {
  const query = new URLSearchParams({
    auth_key: PUSHER_APP.key,
    auth_timestamp: String(Math.floor(nowMs / 1000)),
    auth_version: '1.0',
    body_md5: createHash('md5').update(body).digest('hex'),
  });
  query.set('auth_signature', sign(`POST\n${path}\n${query.toString()}`));
  return query;
}

/** Whether a request to the HTTP API is signed, and its body is the one that was signed. */
export function isSigned(path: string, query: URLSearchParams, body: string): boolean {
  const signed = new URLSearchParams(query);
  signed.delete('auth_signature');
  signed.sort();
  const isBody = query.get('body_md5') === createHash('md5').update(body).digest('hex');
  return isBody && query.get('auth_signature') === sign(`POST\n${path}\n${signed.toString()}`);
}

function sign(text: string): string {
  return createHmac('sha256', PUSHER_APP.secret).update(text).digest('hex');
}
