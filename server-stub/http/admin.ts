import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Bus } from '../bus.ts';
import { nowMs } from '../clock.ts';
import { faultRoutes } from '../faults/admin.ts';
import type { Faults } from '../faults/faults.ts';
import type { BooksAnswer, CueRequest, ShowRequest } from '../protocol.ts';
import type { Hub } from '../rooms/hub.ts';
import { refuse, type Store } from '../store.ts';
import { answer, sendError } from './answers.ts';
import { cueSchema, showSchema } from './schemas.ts';

/** The host's side: set up the show, drive it, read the books. Every route needs the header `x-admin-token`. */
export function adminRoutes(
  app: FastifyInstance,
  store: Store,
  hub: Hub,
  bus: Bus,
  faults: Faults,
  adminToken: string,
): void {
  const expected = digest(adminToken);
  app.register(
    async (admin) => {
      admin.addHook('onRequest', async (request, reply) => {
        const token = request.headers['x-admin-token'];
        if (typeof token === 'string' && timingSafeEqual(digest(token), expected)) return;
        return sendError(reply, 401, 'bad_request', 'x-admin-token is missing or wrong');
      });

      admin.put<{ Body: ShowRequest }>('/show', { schema: showSchema }, async (request, reply) => {
        const show = request.body;
        const ids = new Set(show.products.map((product) => product.id));
        if (ids.size < show.products.length) return answer(reply, refuse('bad_request', 'two products have one id'));
        const viewers = show.force === true ? 0 : await hub.totalViewers();
        if (viewers > 0) {
          const busy = `${viewers} viewers are in the rooms of another show; it would end theirs`;
          return answer(reply, refuse('in_progress', busy));
        }
        // The rooms go first: the stock of the new show must not reach the viewers of the old one.
        await bus.show([]);
        await store.setShow(show);
        await bus.show(show.rooms);
        return reply.send({ rooms: show.rooms.length, products: show.products.length });
      });

      admin.post<{ Body: CueRequest }>('/cues', { schema: cueSchema }, async (request, reply) => {
        const cue = request.body;
        if (!hub.hasRoom(cue.room)) return answer(reply, refuse('not_found', `no room "${cue.room}"`));
        const result = await store.applyCue(cue);
        if (!result.ok) return answer(reply, result);
        if (result.value) await bus.cue(cue, nowMs());
        return reply.code(result.value ? 202 : 200).send({ id: cue.id, applied: result.value });
      });

      faultRoutes(admin, faults);
      admin.get('/books', async () => {
        const books: BooksAnswer = { ...(await store.books()), rooms: await hub.books() };
        return books;
      });
    },
    { prefix: '/admin' },
  );
}

/** Digests have one length, so that comparing them tells nothing of the token, not even how long it is. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
