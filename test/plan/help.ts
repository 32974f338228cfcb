import { FlashcrowdError } from '../../sim/errors.ts';
import type { Surroundings } from '../../sim/plan/draft.ts';
import { makePlan } from '../../sim/plan/plan.ts';
import type { PlanOptions } from '../../sim/plan/options.ts';
import type { PlanResult } from '../../sim/plan-result.ts';
import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { FAKE_URL } from './fake-engine.ts';

export const FAKE: Surroundings = { enginesUrl: FAKE_URL, freeBytes: 8e9 };

/** Does everything the moment it can, and pays. */
export const AT_ONCE_BUYER = {
  dwell: '1s',
  reaction: 0,
  think: 0,
  cardDeclined: 0,
  chat: 0,
  likes: 0,
  gifts: 0,
  funnel: { click: '100%', cart: '100%', checkout: '100%', pay: '100%' },
} as const;

/** Stays, and asks three times when it is not answered within 2 s. */
export const PATIENT_BUYER = {
  ...AT_ONCE_BUYER,
  dwell: '1h',
  timeout: '2s',
  retry: { attempts: 2, backoff: '1s', jitter: 0 },
} as const;

/** The FlashcrowdError that it ends with; anything else is a failure of the test. */
export async function failureOf(doing: () => unknown): Promise<FlashcrowdError> {
  try {
    await doing();
  } catch (error) {
    if (error instanceof FlashcrowdError) return error;
    throw error;
  }
  throw new Error('nothing was wrong');
}

/** A small event; a fresh copy each time. With the fake engine 1000 to 1009 come, and 10 want to buy. */
export function smallEvent(changes: Partial<ScenarioInput> = {}): ScenarioInput {
  return {
    name: 'small',
    duration: '1h',
    audience: { fans: { kind: 'steady', size: 1000 } },
    personas: { fan: { dwell: { median: '10m', sigma: 1 } } },
    products: { serum: { title: 'Serum', price: 'USD 29.00', stock: 100 } },
    show: [{ at: '10m', cue: 'drop', product: 'serum' }],
    ...changes,
  };
}

/** A plan by the fake engine, in this process. */
export function fakePlan(scenario: string | ScenarioInput, options: PlanOptions = {}): Promise<PlanResult> {
  return makePlan(scenario, { workers: 1, runs: 20, ...options }, FAKE);
}

/** Paths of values that no plan may hold. */
export function notFinite(value: unknown, path = ''): string[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [`${path}: ${value}`];
  if (value === undefined) return [`${path}: undefined`];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => notFinite(inner, `${path}.${key}`));
}
