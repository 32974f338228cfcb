/** What a target file says besides the options of its adapters. */

import { z } from 'zod';
import { positiveCount, positiveDuration, positiveShare } from '../../scenario/schema/scalars.ts';

const host = z.string().regex(/^[^\s/:]+$|^\[?[0-9a-f:.]+\]?$/i, {
  error: 'the name or address of a host, without scheme, port or path, such as "shop.example.com"',
});

const rule = z.strictObject({
  errorRate: positiveShare.prefault('50%').describe('Above this share of what is asked. Default 50%.'),
  for: positiveDuration.prefault('10s').describe('For so long in a row. Default 10s.'),
});

/** The keys of a target file, but for `use`, `chat`, `shop` and the options of an adapter. */
export const targetSettings = z.strictObject({
  $schema: z.string().optional().describe('For editors. Ignored otherwise.'),
  name: z.string().min(1).max(60).optional().describe('Name in reports. Default: that of the file.'),
  accounts: z
    .string()
    .min(1)
    .optional()
    .describe('A CSV file with a header row: viewers sign in as its lines, in turn. Relative to this file.'),
  tls: z
    .strictObject({
      ca: z
        .string()
        .min(1)
        .optional()
        .describe('A file of certificates (PEM) to trust besides those that Node brings.'),
      insecure: z
        .boolean()
        .default(false)
        .describe('Any certificate is good. Only for hosts of this machine and of private networks. Default false.'),
    })
    .prefault({})
    .describe('How connections are secured.'),
  owned: z
    .array(host)
    .default([])
    .describe('Hosts that you may load-test, though they are neither on this machine nor in a private network.'),
  ramp: z
    .strictObject({ perSec: positiveCount.describe('Viewers who join in a second, at most.') })
    .optional()
    .describe('Default: 1,000 joins a second for targets that are not on this machine.'),
  abort: z
    .union([z.literal('off'), rule], { error: 'off, or {errorRate: 50%, for: 10s}' })
    .prefault({})
    .describe('When a run stops by itself because the target breaks down. Default: error rate above 50% for 10s.'),
});

export type TargetSettings = z.output<typeof targetSettings>;
export const SETTING_NAMES: readonly string[] = Object.keys(targetSettings.shape);
