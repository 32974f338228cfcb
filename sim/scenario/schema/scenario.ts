/**
 * The scenario language: one schema, and the only source of the types, of validation and of the JSON Schema for
 * editors. Keys are as people write them; after parsing, times are ms, shares 0 to 1, rates per second.
 */

import { z } from 'zod';
import { source } from './audience.ts';
import { backend } from './backend.ts';
import { chat } from './chat.ts';
import { dist } from './dist.ts';
import { faults } from './faults.ts';
import { bots, persona } from './persona.ts';
import { duration, id, positiveDuration, seed, share } from './scalars.ts';
import { cue, product } from './show.ts';
import { video } from './video.ts';

const room = z.strictObject({ title: z.string().min(1).max(200).describe('Name as viewers see it.') });

const health = z
  .strictObject({
    lateStartP99: positiveDuration
      .prefault('100ms')
      .describe('Bound for the 99th percentile of late starts. Default 100ms.'),
    loopDelayP99: positiveDuration
      .prefault('100ms')
      .describe('Bound for the 99th percentile of event-loop delay. Default 100ms.'),
    receiveWaitP99: positiveDuration
      .prefault('100ms')
      .describe(
        'Bound for the 99th percentile of receive wait: how long what has arrived waits to be read. Default 100ms.',
      ),
    stall: positiveDuration
      .prefault('500ms')
      .describe('Longest time for which the event loop of a worker may stand still. Default 500ms.'),
    heap: share
      .prefault('90%')
      .describe('How full the heap of a worker may be after collection, for 3 s in a row. Default 90%.'),
    workerCpu: share
      .prefault('98%')
      .describe(
        'How much of a core the event loop of a worker may need, waiting for one included, for 10 s in a row. Default 98%.',
      ),
    steal: share
      .optional()
      .describe(
        'Bound for the CPU that the hypervisor took from this machine, as a mean over the window. Default: not judged.',
      ),
  })
  .prefault({});

const thresholdObject = z
  .strictObject({
    threshold: z.string().min(1).describe('The condition, such as "p(99)<250".'),
    abortOnFail: z.boolean().default(false).describe('Ends the run as soon as it fails. Default false.'),
    delayAbortEval: duration.prefault(0).describe('Does not end the run before this much of it has passed. Default 0.'),
  })
  .meta({ id: 'Threshold', description: 'A condition with what to do when it fails.' });

const thresholdText = z
  .string()
  .min(1)
  .transform((threshold) => ({ threshold, abortOnFail: false, delayAbortEval: 0 }));
const oneThreshold = z.union([thresholdText, thresholdObject], {
  error: 'a condition such as "p(99)<250", or {threshold, abortOnFail}',
});
const thresholdList = z.union(
  [thresholdText.transform((one) => [one]), thresholdObject.transform((one) => [one]), z.array(oneThreshold).max(100)],
  { error: 'a condition such as "p(99)<250", or a list of them' },
);

const citation = z.strictObject({
  tag: z
    .enum(['S', 'd', 'w', 'a'])
    .describe('S seen in a public source, d derived from such figures, w seen in a weak source, a an assumption.'),
  from: z.string().min(1).max(500).describe('The source, or why it is assumed.'),
});

export const scenarioSchema = z.strictObject({
  $schema: z.string().optional().describe('Where editors find the JSON Schema. Ignored otherwise.'),
  name: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: 'small letters, digits and hyphens, such as "spring-drop"' })
    .max(60)
    .describe('Short name: small letters, digits and hyphens. Required.'),
  title: z.string().max(200).optional().describe('Title of reports. Default: the name.'),
  about: z.string().max(2000).default('').describe('What the event is, in a sentence or two. Default empty.'),
  duration: positiveDuration.describe('Length of the event. Required.'),
  seed: seed
    .prefault('1')
    .meta({ description: 'Seed of all randomness: a whole number of up to 64 bits. Default 1.', examples: [20240608] }),
  rooms: z
    .record(id, room)
    .prefault({ main: { title: 'Main room' } })
    .describe('Rooms of the show. Default: one, `main`.'),
  audience: z.record(id, source).describe('Where viewers come from. At least one source. Required.'),
  personas: z.record(id, persona).describe('Kinds of viewers. At least one. Required.'),
  products: z.record(id, product).prefault({}).describe('What is for sale. Default: nothing.'),
  show: z.array(cue).max(1000).prefault([]).describe('What the host does, and when. Default: nothing.'),
  chat: chat.describe('How much the rooms chat, and in what rhythm.'),
  bots: bots.optional().describe('Automated buyers. Default: none.'),
  network: z
    .strictObject({
      rtt: dist
        .prefault({ median: '45ms', sigma: 0.5 })
        .describe('Round-trip time between viewer and backend. Default median 45ms, sigma 0.5.'),
    })
    .prefault({})
    .describe('The way between viewers and the backend.'),
  shop: z
    .strictObject({
      hold: positiveDuration
        .prefault('2m')
        .describe('How long a cart, and then an unpaid order, holds its units. Default 2m.'),
      unpaid: share
        .prefault('0%')
        .describe(
          'Of the paid orders: those whose balance is never paid afterwards, as with deposits and cash on delivery. Default 0%.',
        ),
      refunds: share.prefault('0%').describe('Of the rest: those that are sent back and refunded. Default 0%.'),
      connections: z
        .enum(['per-viewer', 'pooled'])
        .default('per-viewer')
        .describe(
          'Who shares HTTP connections in `run`: nobody, as phones do (`per-viewer`), or all viewers of a worker (`pooled`). Default per-viewer.',
        ),
    })
    .prefault({})
    .describe('Rules of the shop, and what becomes of its orders after the event.'),
  video: video.optional().describe('Viewers who watch the stream (HLS) as well. Default: nobody does.'),
  backend: backend.describe(
    'The backend as a model: what answers the viewers in `plan`. A real one is not told. Default: nobody ever waits.',
  ),
  target: z
    .union([z.string().min(1), z.record(z.string(), z.unknown())], {
      error: 'a target file, a URL, or {chat: {use: ...}, shop: {use: ...}}',
    })
    .optional()
    .meta({
      description:
        'What `run` plays against: "stub", the path of a target file, or what such a file says (docs/target-files.md). `--target` goes before it. Default: the bundled shop.',
      examples: ['targets/my-shop.yaml'],
    }),
  owned: z
    .array(z.string().min(1).max(253))
    .max(100)
    .default([])
    .meta({
      description:
        'Hosts that you may load-test, though they are neither on this machine nor in a private network. Default: none.',
      examples: [['shop.staging.example.com']],
    }),
  faults: faults
    .prefault({})
    .describe(
      'What the bundled shop does wrong in `run`, by name: true for the usual rate, or a share. Default: nothing.',
    ),
  health: health.describe('Past these bounds the generator could not keep up, and the run is invalid.'),
  thresholds: z
    .record(z.string().min(1), thresholdList)
    .prefault({})
    .meta({
      description: 'What must hold, by metric, in the grammar of k6, with tags in braces. Default: nothing.',
      examples: [{ chat_lag: ['p(99)<250'] }],
    }),
  sources: z
    .record(z.string().min(1), citation)
    .prefault({})
    .describe('Where figures come from, by the path of the figure: `audience.feed.waves`. Default: none named.'),
});

/** The parsed scenario, with a title in any case. */
export const scenarioWithTitle = scenarioSchema.transform((scenario) => ({
  ...scenario,
  title: scenario.title ?? scenario.name,
}));

/** What a person writes. */
export type ScenarioInput = z.input<typeof scenarioSchema>;
/** What the rest of flashcrowd reads: defaults filled in, times in ms, shares 0 to 1, rates per second. */
export type Scenario = z.output<typeof scenarioWithTitle>;
