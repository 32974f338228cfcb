import { jsonOf } from '../mapping/json.ts';
import { originOf } from '../mapping/room.ts';
import { member } from '../mapping/shape.ts';
import type { HttpAnswer, HttpRequest, RoomTarget } from '../target.ts';
import type { CentrifugoOptions } from './options.ts';
import { outcomeOf } from './protocol.ts';

/** How a backend publishes. */
interface PublishApi {
  readonly origin: string;
  publish(channel: string, data: unknown): HttpRequest;
  readonly said: NonNullable<RoomTarget['said']>;
}

/** https://centrifugal.dev/docs/server/server_api. What went wrong stands in the body of an answer with status 200. */
export function publishApi({ url, key }: NonNullable<CentrifugoOptions['api']>): PublishApi {
  const origin = originOf(url);
  const path = `${url.slice(origin.length).replace(/\/+$/, '')}/publish`;
  return {
    origin,
    publish: (channel, data) => ({
      method: 'POST',
      path,
      origin,
      headers: { 'content-type': 'application/json', 'x-api-key': key },
      body: JSON.stringify({ channel, data }),
    }),
    said: ({ status, body }: HttpAnswer) => {
      if (status === 429) return { ok: false, code: 'throttled' };
      if (status >= 500) throw new Error(`the server API answered with status ${status}`);
      return status >= 300 ? { ok: false, code: 'refused' } : outcomeOf(member(jsonOf(body), 'error'));
    },
  };
}
