import type { FastifyInstance } from 'fastify';
import { answer } from '../http/answers.ts';
import type { FaultsRequest } from '../protocol.ts';
import { refuse } from '../store.ts';
import type { Faults } from './faults.ts';

const faultsSchema = {
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['faults'],
    // Names and rates are checked by `Faults`, which can say what there is.
    properties: { faults: { type: 'object', additionalProperties: { type: ['number', 'null'] } } },
  },
};

/** `PUT` and `GET /faults`: which faults are on, and how often each has happened. */
export function faultRoutes(admin: FastifyInstance, faults: Faults): void {
  admin.get('/faults', async () => faults.answer());
  admin.put<{ Body: FaultsRequest }>('/faults', { schema: faultsSchema }, async (request, reply) => {
    try {
      faults.set(request.body.faults);
    } catch (error) {
      if (error instanceof RangeError) return answer(reply, refuse('bad_request', error.message));
      throw error;
    }
    return reply.send(faults.answer());
  });
}
