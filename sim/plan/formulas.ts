import type { CompiledCue, CompiledPersona, CompiledScenario } from '../crowd/compiled.ts';
import type { FormulaCheck } from '../plan-result.ts';
import { formatMoney } from '../scenario/format.ts';
import { expectedPeak, expectedViews } from './choose.ts';
import type { PlanWindow } from './engine.ts';
import { meanUnits, momentsOf, personaShares } from './means.ts';
import { count, rounded } from './sizing.ts';
import type { Figures } from './summary.ts';

/**
 * The two formulas that planners of live shopping work with, with the scenario's own figures in them. They know nothing of stock, of
 * queues or of time: where they differ much from the simulation, one of these is why. They are of a whole event: beside the figures of a
 * window they would compare unlike things, so there are none then.
 */
export function formulasOf(scenario: CompiledScenario, window: PlanWindow, figures: Figures): FormulaCheck[] {
  const selling = scenario.cues.filter(({ product, interest }) => product >= 0 && interest > 0);
  if (selling.length === 0 || !isWhole(scenario, window)) return [];
  return [peakOrders(scenario, window, figures, selling), gmv(scenario, window, figures, selling)];
}

export function isWhole({ durationMs }: CompiledScenario, { fromMs, untilMs }: PlanWindow): boolean {
  return fromMs === 0 && untilMs === durationMs;
}

function peakOrders(
  scenario: CompiledScenario,
  window: PlanWindow,
  figures: Figures,
  selling: readonly CompiledCue[],
): FormulaCheck {
  const viewers = expectedPeak(scenario, window);
  const interest = Math.max(...selling.map((cue) => cue.interest));
  const click = mean(scenario, (persona) => Math.min(1, persona.clickP * interest));
  const buy = conversion(scenario, interest);
  const seconds = spreadMs(scenario) / 1000;
  return {
    id: 'qps',
    label: 'Peak orders a second',
    formula: 'peak viewers x click x order / seconds in which they act',
    worked: `${count(viewers)} x ${percent(click)} x ${percent(click > 0 ? buy / click : 0)} / ${rounded(seconds)} s`,
    source: 'Bilibili, S13',
    unit: '/s',
    value: Number(((viewers * buy) / seconds).toPrecision(6)),
    simulated: figures.peakOrdersPerSec,
  };
}

function gmv(
  scenario: CompiledScenario,
  window: PlanWindow,
  figures: Figures,
  selling: readonly CompiledCue[],
): FormulaCheck {
  const views = expectedViews(scenario, window);
  const interest = Math.max(...selling.map((cue) => cue.interest));
  const click = mean(scenario, (persona) => Math.min(1, persona.clickP * interest));
  const buy = conversion(scenario, interest);
  const priceMinor = meanPriceMinor(scenario, selling);
  const units = mean(scenario, meanUnits);
  return {
    id: 'gmv',
    label: 'GMV',
    formula: 'viewers who enter (shown x enter rate) x CTR x CVR x order value',
    worked:
      `${count(views)} x ${percent(click)} x ${percent(click > 0 ? buy / click : 0)} x ` +
      `(${rounded(units)} x ${formatMoney({ currency: scenario.currency, minor: Math.round(priceMinor) })})`,
    source: 'TikTok',
    unit: 'minor',
    value: Math.round(views * buy * units * priceMinor),
    simulated: figures.gmvMinor,
  };
}

/** Over everybody who enters. */
function mean(scenario: CompiledScenario, of: (persona: CompiledPersona) => number): number {
  const shares = personaShares(scenario);
  return scenario.personas.reduce((sum, persona, i) => sum + shares[i] * of(persona), 0);
}

/** Share of those who see a cue and pay in the end. */
function conversion(scenario: CompiledScenario, interest: number): number {
  return mean(
    scenario,
    ({ clickP, cartP, checkoutP, payP, cardDeclinedP }) =>
      Math.min(1, clickP * interest) * cartP * checkoutP * payP * (1 - cardDeclinedP),
  );
}

/**
 * Seconds in which they act: the length of an even stream with the same spread as reaction, and thinking three times, have together.
 * An even stream of length L has the standard deviation L / sqrt(12). At least a second, which is what a peak is counted in.
 */
function spreadMs(scenario: CompiledScenario): number {
  const variance = mean(
    scenario,
    ({ reactionTable, thinkTable }) =>
      momentsOf(scenario.tables[reactionTable]).variance + 3 * momentsOf(scenario.tables[thinkTable]).variance,
  );
  return Math.max(1000, Math.sqrt(12 * variance));
}

/** Of one unit, after the coupons that are entered. */
function meanPriceMinor(scenario: CompiledScenario, selling: readonly CompiledCue[]): number {
  const couponP = mean(scenario, (persona) => persona.couponP);
  const prices = selling.map((cue) => {
    const { priceMinor, coupon } = scenario.products[cue.product];
    return (cue.priceMinor ?? priceMinor) * (1 - couponP * (coupon?.offShare ?? 0));
  });
  return prices.reduce((sum, price) => sum + price, 0) / prices.length;
}

function percent(share: number): string {
  return `${rounded(share * 100)} %`;
}
