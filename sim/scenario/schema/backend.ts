/**
 * What answers the viewers in the model world of `plan`: servers and queues of the shop, and the fan-out of the chat. Nothing is
 * filled in here, so that compiling can tell what was written from what is assumed.
 */

import { z } from 'zod';
import { ENDPOINTS, type EndpointName } from '../../crowd/compiled.ts';
import { dist } from './dist.ts';
import type { Dist } from './dist.ts';
import { count, duration, positiveCount, timeoutOrNone, unlimitedOr } from './scalars.ts';

/** What stands for a figure that nobody wrote. `null`: without a limit. All but the connections are assumptions of ours. */
export const BACKEND_DEFAULTS = {
  servers: null,
  service: { kind: 'lognormal', median: 20, sigma: 0.5 } as Dist,
  queue: null,
  timeoutMs: null,
  writes: { view: 0, cart: 1, checkout: 2, pay: 2 } satisfies Record<EndpointName, number>,
  fanout: { deliveriesPerSec: null, lagMs: 50, perViewerPerSec: null, bytesPerMessage: 200 },
  connectionsPerFrontEnd: { value: 100_000, tag: 'S', from: 'LinkedIn Live, QCon' },
} as const;

function endpoint(name: EndpointName) {
  return z
    .strictObject({
      servers: unlimitedOr
        .positiveCount()
        .optional()
        .describe('Requests that are served at the same time. A count, or "unlimited". Default unlimited.'),
      service: dist
        .optional()
        .describe('How long it takes to serve a request, without waiting. Default median 20ms, sigma 0.5.'),
      queue: unlimitedOr
        .count()
        .optional()
        .describe(
          'Requests that may wait for a server; the next is refused at once. A count, or "unlimited". Default unlimited.',
        ),
      timeout: timeoutOrNone
        .optional()
        .describe('A request that has waited so long is given up, unserved. A duration, or "none". Default none.'),
      writes: z
        .number()
        .min(0)
        .max(100)
        .optional()
        .describe(`Database writes of one served request. Default ${BACKEND_DEFAULTS.writes[name]}.`),
    })
    .optional();
}

const endpoints = z
  .strictObject({
    view: endpoint('view').describe('Answers for product pages.'),
    cart: endpoint('cart').describe('Puts units into carts.'),
    checkout: endpoint('checkout').describe('Makes orders of carts.'),
    pay: endpoint('pay').describe('Takes payments.'),
  } satisfies Record<EndpointName, z.ZodType>)
  .optional();

const fanout = z
  .strictObject({
    capacity: unlimitedOr
      .rate()
      .optional()
      .describe(
        'Deliveries (one message to one viewer) that it makes in a time, such as "2M/s", or "unlimited". Default unlimited.',
      ),
    lag: duration.optional().describe('From publication to arrival when nothing waits. Default 50ms.'),
    perViewer: unlimitedOr
      .rate()
      .optional()
      .describe(
        'Most chat messages that a viewer is sent in a time, such as "10/s"; the rest is sent to nobody. Or "unlimited". Default unlimited.',
      ),
    messageBytes: count.optional().describe('Bytes of one delivery. Default 200.'),
  })
  .optional();

export const backend = z
  .strictObject({
    endpoints: endpoints.describe('The four steps of a purchase, each with its servers and its queue.'),
    fanout: fanout.describe('What brings chat messages to viewers.'),
    connectionsPerFrontEnd: positiveCount.optional().describe('Connections that one front end holds. Default 100,000.'),
  })
  .optional();

/** What an outage may name. */
export const outageEndpoint = z.enum([...ENDPOINTS, 'all']);

export type Backend = NonNullable<z.output<typeof backend>>;
