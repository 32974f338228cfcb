import { z } from 'zod';
import { conditions, jsonValue, template, VIEWER_NAMES } from '../mapping/checks.ts';
import { roomOptions } from '../mapping/options.ts';

const REPLY_NAMES = [...VIEWER_NAMES, 'message.*'];

const answer = z
  .strictObject({
    when: conditions(false).describe('Messages that are answered, such as { $.type: ping }.').optional(),
    frame: z
      .string()
      .describe('In place of `when`: the frame that is answered, letter by letter, such as ping.')
      .optional(),
    json: jsonValue(REPLY_NAMES).describe('The answer; `{{message.id}}` is the `id` of the message.').optional(),
    text: template(REPLY_NAMES).describe('In place of `json`: the answer as text.').optional(),
  })
  .refine((each) => (each.when === undefined) !== (each.frame === undefined), {
    error: 'either `when` or `frame`: what is answered',
  })
  .refine((each) => (each.json === undefined) !== (each.text === undefined), {
    error: 'either `json` or `text`: the answer',
  });

export const jsonOptions = roomOptions.extend({
  open: z
    .array(jsonValue(VIEWER_NAMES))
    .describe('What a viewer sends when its line has opened, one frame each: text as it is, everything else as JSON.')
    .optional(),
  welcome: z
    .enum(['message', 'open'])
    .describe(
      'When a viewer is in: with the message that `messages.welcome` reads, or as soon as its line is open. Default message.',
    )
    .optional(),
  answers: z.array(answer).describe('What the protocol wants answered, such as a ping.').optional(),
  ignore: z.array(z.string()).describe('Frames that are not JSON, and say nothing: [pong].').optional(),
});
export type JsonOptions = z.output<typeof jsonOptions>;
