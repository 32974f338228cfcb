import { z } from 'zod';
import { roomOptions } from '../mapping/options.ts';

export const sseOptions = roomOptions.omit({ heartbeat: true, protocols: true }).extend({
  url: roomOptions.shape.url.regex(
    /^https?:/,
    'an http: or https: URL, such as https://chat.example.com/rooms/{{room}}/events',
  ),
  welcome: z
    .enum(['open', 'message'])
    .describe(
      'When a viewer is in: as soon as the stream is open, or with the message that `messages.welcome` reads. Default open.',
    )
    .optional(),
  envelope: z
    .boolean()
    .describe(
      '`messages` sees { event, id, data }, not the data alone: for backends whose events have names. Default false.',
    )
    .optional(),
});
export type SseOptions = z.output<typeof sseOptions>;
