import { z } from 'zod';
import { positiveDuration } from '../../scenario/schema/scalars.ts';
import { jsonPath } from '../mapping/checks.ts';
import { roomOptions } from '../mapping/options.ts';

const every = z.union([z.string().startsWith('$', { abort: true }).pipe(jsonPath), positiveDuration], {
  error: 'a JSONPath such as $.pollingIntervalMillis, or a duration such as 2s',
});

export const pollOptions = roomOptions.omit({ heartbeat: true, protocols: true }).extend({
  url: roomOptions.shape.url.regex(
    /^https?:/,
    'an http: or https: URL, such as https://chat.example.com/rooms/{{room}}/messages',
  ),
  cursor: jsonPath
    .describe(
      'Where an answer names the cursor of the next question: $.nextPageToken. An answer without one leaves it as it was.',
    )
    .optional(),
  cursorParam: z.string().min(1).describe('Parameter of the query that the cursor goes in. Default cursor.').optional(),
  every: every
    .describe('How long to wait for the next question: where an answer names it, or a duration. Default 5s.')
    .optional(),
  everyUnit: z.enum(['ms', 's']).describe('Of the time that an answer names. Default ms.').optional(),
});
export type PollOptions = z.output<typeof pollOptions>;
