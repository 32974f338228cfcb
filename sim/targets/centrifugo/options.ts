import { z } from 'zod';
import { jsonValue, template, VIEWER_NAMES } from '../mapping/checks.ts';
import { roomOptions } from '../mapping/options.ts';

const api = z.strictObject({
  url: z
    .string()
    .regex(/^https?:\/\/[^/?#]+(\/[^?#]*)?$/, 'an http: or https: URL, such as https://chat.example.com/api')
    .describe('Address of the server API; `/publish` is put behind it.'),
  key: z.string().min(1).describe('Goes with every request as `X-API-Key`; from the environment: ${CENTRIFUGO_KEY}.'),
});

export const centrifugoOptions = roomOptions
  .extend({
    channel: template(VIEWER_NAMES).describe('Channel of a room. Default {{room}}.').optional(),
    subscribe: z
      .boolean()
      .describe('Viewers subscribe to the channel. false: the server does it for them when they connect. Default true.')
      .optional(),
    token: template(VIEWER_NAMES)
      .describe('Token of the connection. Default: {{token}} where there is a `jwt`, else none.')
      .optional(),
    data: jsonValue(VIEWER_NAMES).describe('Data of the connection, for the backend.').optional(),
    subscription: z
      .strictObject({
        token: template(VIEWER_NAMES).describe('Token of the subscription.').optional(),
        data: jsonValue(VIEWER_NAMES).describe('Data of the subscription, for the backend.').optional(),
      })
      .describe('What goes with the subscription.')
      .optional(),
    rpc: z
      .string()
      .min(1)
      .describe('Viewers speak by calls of this method, not by publishing into the channel.')
      .optional(),
    api: api.describe('Chat is published over the server API, as a backend would, not by the viewers.').optional(),
    pong: z.boolean().describe("Viewers answer the server's pings. Default true.").optional(),
  })
  .superRefine((options, ctx) => {
    const ways = (['rpc', 'api', 'sayBy'] as const).filter((way) => options[way] !== undefined);
    const message = 'one way to say chat: `rpc`, `api` or `sayBy`';
    for (const way of ways.slice(1)) ctx.addIssue({ code: 'custom', path: [way], message });
  });
export type CentrifugoOptions = z.output<typeof centrifugoOptions>;
