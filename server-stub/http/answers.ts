import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import type { ShopError } from '../protocol.ts';
import type { Result } from '../store.ts';
import { Unavailable } from '../unavailable.ts';

const STATUS: Readonly<Record<ShopError['error'], number>> = {
  sold_out: 409,
  not_open: 409,
  limit_reached: 409,
  in_progress: 409,
  key_reused: 409,
  card_declined: 402,
  expired: 410,
  not_found: 404,
  bad_request: 400,
  throttled: 429,
};

/** What a request may hold. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** Sends the value with `okStatus`, or the refusal with the status that belongs to it. */
export function answer(reply: FastifyReply, result: Result<object>, okStatus: 200 | 201 = 200): FastifyReply {
  if (result.ok) return reply.code(okStatus).send(result.value);
  return sendError(reply, STATUS[result.error], result.error, result.message);
}

export function sendError(
  reply: FastifyReply,
  status: number,
  error: ShopError['error'] | 'internal',
  message: string,
): FastifyReply {
  return reply.code(status).send({ error, message });
}

/** Gives every failure the shape of `ShopError`. What went wrong inside is logged and never sent. */
export function installErrorAnswers(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => sendError(reply, 404, 'not_found', `no ${request.method} ${request.url}`));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    // Bad JSON (400), a body that is too large (413), the wrong content type (415), a schema that does not fit (400).
    if (status >= 400 && status < 500) return sendError(reply, status, 'bad_request', error.message);
    if (error instanceof Unavailable) {
      request.log.warn({ err: error }, 'storage or bus away');
      return sendError(reply, error.statusCode, 'internal', 'what the shop depends on is away; try again');
    }
    request.log.error({ err: error }, 'request failed');
    return sendError(reply, 500, 'internal', 'the shop failed; see its log');
  });
}
