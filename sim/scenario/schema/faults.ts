/** What the bundled shop can be told to do wrong. What each fault is, and how often it happens by default, is the shop's to say. */

import { z } from 'zod';
import { shareOrUsual } from './scalars.ts';

/** The names that the shop knows, in its order. */
export const FAULT_NAMES = [
  'stock_race',
  'key_ignored',
  'confirmed_not_saved',
  'saved_not_confirmed',
  'captured_twice',
  'wrong_price',
  'coupon_stacked',
  'limit_race',
  'sold_out_early',
  'stale_stock',
  'chat_dropped',
  'chat_duplicated',
  'chat_reordered',
  'chat_delayed',
  'cue_missed',
  'slow_answers',
  'error_bursts',
  'answer_lost',
  'throttled_200',
  'shortage_warning',
  'refund_lost_units',
  'hold_stuck',
  'mass_disconnect',
  'wrong_buyer',
] as const;

const how = shareOrUsual.describe('How often it happens: a share above 0, or true for what is usual.');

/** Parsed: by name, how often; null for the default rate. What is not named is off. */
export const faults = z
  .partialRecord(z.enum(FAULT_NAMES), how)
  .transform((written) => written as Readonly<Record<string, number | null>>);
