/** What a scenario means, in words and numbers, for the person who plans the event. */

import type { CompiledScenario } from '../../crowd/compiled.ts';
import { formatDuration, formatNumber, formatShare } from '../format.ts';
import type { Scenario } from '../schema/scenario.ts';
import { explainAudience } from './audience.ts';
import { explainBackend } from './backend.ts';
import { explainChat } from './chat.ts';
import { explainFaults } from './faults.ts';
import { explainPersonas } from './personas.ts';
import { explainProducts, explainShow } from './show.ts';
import { TAG_MEANINGS, tagMark } from './tags.ts';
import { describeDist, section, table } from './words.ts';

/** Plain text in lines, ending in a newline. `compiled` must come from the same scenario; its scale is told. */
export function explainScenario(scenario: Scenario, compiled: CompiledScenario): string {
  const { rooms, title, name, about, duration } = scenario;
  const scale = compiled.scale === 1 ? '' : `, audience and stock times ${formatNumber(compiled.scale)}`;
  const seed = (BigInt(compiled.seedHi >>> 0) << 32n) | BigInt(compiled.seedLo >>> 0);
  const lines = [
    title === name ? name : `${title} (${name})`,
    ...(about === '' ? [] : [about]),
    '',
    `${formatDuration(duration)} ${tagMark(scenario, 'duration')}, seed ${seed}${scale}, in ${Object.values(rooms)
      .map((room) => room.title)
      .join(', ')}.`,
    ...section('Audience', explainAudience(scenario, compiled)),
    ...section('Personas', explainPersonas(scenario)),
    ...section('Products', explainProducts(scenario, compiled)),
    ...section('Show', explainShow(scenario, compiled)),
    ...section('Chat', explainChat(scenario, compiled)),
    ...section('Network and shop', explainWorld(scenario)),
    ...section('Backend, as a model', explainBackend(scenario, compiled)),
    ...section('Faults of the bundled shop', explainFaults(scenario)),
    ...section('Thresholds', explainThresholds(scenario)),
    ...section('Where the figures come from', explainSources(scenario)),
  ];
  return `${lines.join('\n')}\n`;
}

function explainWorld(scenario: Scenario): string[] {
  const { hold, unpaid, refunds } = scenario.shop;
  return [
    `Round trips take ${describeDist(scenario.network.rtt)}. ${tagMark(scenario, 'network.rtt')}`,
    `A cart, then an unpaid order, holds its units for ${formatDuration(hold)}. ${tagMark(scenario, 'shop.hold')}`,
    `Of paid orders, ${formatShare(unpaid)} stay without their balance ${tagMark(scenario, 'shop.unpaid')}; of the rest, ${formatShare(refunds)} are sent back ${tagMark(scenario, 'shop.refunds')}.`,
  ];
}

function explainThresholds(scenario: Scenario): string[] {
  const rows = Object.entries(scenario.thresholds).flatMap(([metric, list]) =>
    list.map((each) => [
      metric,
      each.threshold,
      each.abortOnFail ? `ends the run when it fails${delay(each.delayAbortEval)}` : '',
    ]),
  );
  return table(rows);
}

function delay(ms: number): string {
  return ms === 0 ? '' : `, after ${formatDuration(ms)}`;
}

function explainSources(scenario: Scenario): string[] {
  const cited = Object.entries(scenario.sources).map(([path, { tag, from }]) => [`[${tag}]`, path, from]);
  const legend = Object.entries(TAG_MEANINGS).map(([tag, meaning]) => `[${tag}] ${meaning}`);
  return [...table(cited), '', ...legend];
}
