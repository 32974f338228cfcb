import type { CompiledPersona } from '../../crowd/compiled.ts';
import type { Dist } from '../distributions.ts';
import type { Scenario } from '../schema/scenario.ts';

/** Adds a distribution to the tables and returns its number. */
export type AddTable = (dist: Dist) => number;

/** Gap between the taps of an impatient viewer; an assumption. */
const TAP_GAP_MS = 350;
const BOT_TAP_GAP_MS = 50;

/** The personas in the order of the file, then `bot` when the scenario has bots. */
export function compilePersonas(scenario: Scenario, addTable: AddTable): CompiledPersona[] {
  const people = Object.entries(scenario.personas).map(([id, persona]) => {
    const units = cumulativeWeights(persona.units.map((choice) => choice.weight));
    return {
      id,
      bot: false,
      dwellTable: addTable(persona.dwell),
      chatFactor: persona.chat,
      likesPerMs: persona.likes / 1000,
      giftsPerMs: persona.gifts / 1000,
      clickP: persona.funnel.click,
      cartP: persona.funnel.cart,
      checkoutP: persona.funnel.checkout,
      payP: persona.funnel.pay,
      cardDeclinedP: persona.cardDeclined,
      answersCallsP: persona.answersCalls,
      reactionTable: addTable(persona.reaction),
      thinkTable: addTable(persona.think),
      tapsMean: persona.taps,
      tapGapMs: TAP_GAP_MS,
      unitsUpTo: units,
      unitsCount: Int32Array.from(persona.units, (choice) => choice.units),
      ...habits(persona.retry, persona.timeout, persona.reconnect),
      couponP: persona.coupons,
      refundP: persona.refunds?.share ?? 0,
      refundTable: persona.refunds === undefined ? -1 : addTable(persona.refunds.after),
      doubleTapP: persona.doubleTaps,
      twoDevicesP: persona.twoDevices,
    };
  });
  return scenario.bots ? [...people, compileBot(scenario, scenario.bots, addTable)] : people;
}

/** A bot wants everything, at once, again and again. */
function compileBot(scenario: Scenario, bots: NonNullable<Scenario['bots']>, addTable: AddTable): CompiledPersona {
  const likeness = Object.values(scenario.personas)[0];
  return {
    id: 'bot',
    bot: true,
    dwellTable: addTable(bots.dwell),
    chatFactor: bots.chat,
    likesPerMs: 0,
    giftsPerMs: 0,
    clickP: 1,
    cartP: 1,
    checkoutP: 1,
    payP: 1,
    cardDeclinedP: 0,
    answersCallsP: 0,
    reactionTable: addTable(bots.reaction),
    thinkTable: addTable({ kind: 'fixed', value: 20 }),
    tapsMean: bots.taps,
    tapGapMs: BOT_TAP_GAP_MS,
    unitsUpTo: Float64Array.of(4294967296),
    unitsCount: Int32Array.of(1),
    ...habits(bots.retry, likeness.timeout, likeness.reconnect),
    couponP: 0,
    refundP: 0,
    refundTable: -1,
    doubleTapP: 0,
    twoDevicesP: 0,
  };
}

type Persona = Scenario['personas'][string];

function habits(retry: Persona['retry'], timeout: number, reconnect: Persona['reconnect']) {
  return {
    retryAttempts: retry.attempts,
    retryBackoffMs: retry.backoff,
    retryJitter: retry.jitter,
    timeoutMs: timeout,
    reconnectAttempts: reconnect.attempts,
    reconnectBackoffMs: reconnect.backoff,
    reconnectMaxMs: reconnect.max,
    reconnectJitter: reconnect.jitter,
  };
}

/** Weights as ascending upper bounds in units of 1/2^32; the last is 2^32. */
export function cumulativeWeights(weights: readonly number[]): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  const upTo = Float64Array.from(weights, (weight) => Math.round(((sum += weight) / total) * 4294967296));
  upTo[upTo.length - 1] = 4294967296;
  return upTo;
}
