import type { CompiledHealth, CompiledScenario, CompiledSource } from '../../crowd/compiled.ts';
import { hashId } from '../../crowd/rng.ts';
import { toTable, type Dist } from '../distributions.ts';
import type { Scenario } from '../schema/scenario.ts';
import { expectedAudience } from './audience.ts';
import { compileBackend } from './backend.ts';
import { compileRooms } from './chat.ts';
import { compileCues, occurrences, scaleUnits } from './cues.ts';
import { compilePersonas, cumulativeWeights } from './personas.ts';
import { makePhrases } from './phrases.ts';
import { flat, rateCurve, type RateCurve } from './rates.ts';
import { compileVideo } from './video.ts';

export interface CompileOptions {
  /** Multiplies audience and stock alike. Default 1. */
  readonly scale?: number;
  /** 64-bit unsigned decimal; default: the scenario's own. */
  readonly seed?: string;
}

/** Turns a parsed scenario into plain numbers and tables. Deterministic; takes a few hundred ms for a long event. */
export function compileScenario(scenario: Scenario, options: CompileOptions = {}): CompiledScenario {
  const { scale = 1 } = options;
  const seed = BigInt.asUintN(64, BigInt(options.seed ?? scenario.seed));
  const seedHi = Number(seed >> 32n) | 0;
  const seedLo = Number(seed & 0xffffffffn) | 0;
  const { tables, addTable } = tableBuilder();
  const personas = compilePersonas(scenario, addTable);
  const sources = compileSources(
    scenario,
    personas.map((persona) => persona.id),
    scale,
  );
  const audience = expectedAudience(scenario.duration, Object.keys(scenario.rooms).length, sources, personas, tables);
  const { skew, bursts, length } = scenario.chat;
  const cues = compileCues(scenario, scale);
  return {
    name: scenario.name,
    title: scenario.title,
    about: scenario.about,
    durationMs: scenario.duration,
    currency: Object.values(scenario.products)[0]?.price.currency ?? 'USD',
    seedHi,
    seedLo,
    scale,
    rooms: compileRooms(scenario, audience, personas, scale),
    sources,
    personas,
    products: compileProducts(scenario, scale),
    cues,
    chat: {
      burstShare: bursts.share,
      burstSizeMean: bursts.size,
      burstSizeTable: addTable({ kind: 'exponential', mean: bursts.size }),
      chatterP: skew.chatters,
      // Mean of the weights over all viewers is 1: chatters carry 1 / their share, and a lognormal's mean is median * exp(s^2 / 2).
      weightTable: addTable({
        kind: 'lognormal',
        median: Math.exp((-skew.sigma * skew.sigma) / 2) / skew.chatters,
        sigma: skew.sigma,
      }),
      exponentialTable: addTable({ kind: 'exponential', mean: 1 }),
    },
    rttTable: addTable(scenario.network.rtt),
    tables,
    holdMs: scenario.shop.hold,
    unpaidP: scenario.shop.unpaid,
    refundP: scenario.shop.refunds,
    connections: scenario.shop.connections,
    backend: compileBackend(scenario, scale, addTable),
    ...makePhrases(seedLo, length),
    audienceStepMs: audience.stepMs,
    audience: totalAudience(audience.present),
    health: compileHealth(scenario.health),
    video: compileVideo(scenario, addTable),
  };
}

function compileHealth(health: Scenario['health']): CompiledHealth {
  return {
    lateStartP99Ms: health.lateStartP99,
    loopDelayP99Ms: health.loopDelayP99,
    receiveWaitP99Ms: health.receiveWaitP99,
    stallMs: health.stall,
    heapShare: health.heap,
    workerCpuShare: health.workerCpu,
    stealShare: health.steal ?? null,
  };
}

function tableBuilder(): { tables: Float64Array[]; addTable: (dist: Dist) => number } {
  const tables: Float64Array[] = [];
  const known = new Map<string, number>();
  const addTable = (dist: Dist): number => {
    const key = JSON.stringify(dist);
    const had = known.get(key);
    if (had !== undefined) return had;
    known.set(key, tables.length);
    return tables.push(toTable(dist)) - 1;
  };
  return { tables, addTable };
}

function compileSources(scenario: Scenario, personaIds: string[], scale: number): CompiledSource[] {
  const sources = Object.entries(scenario.audience).map(([id, source]) =>
    compileSource(scenario, personaIds, scale, id, source.room, source.personas, rateCurve(source, scenario.duration)),
  );
  for (const [number, cue] of scenario.show.entries()) {
    if (cue.cue !== 'raid') continue;
    // The number of the cue is part of the name: two raids at one moment are different people.
    for (const atMs of occurrences(cue, scenario.duration)) {
      const curve = flat(atMs, Math.min(scenario.duration, atMs + cue.within), cue.size);
      sources.push(compileSource(scenario, personaIds, scale, `raid${number}@${atMs}`, cue.room, cue.personas, curve));
    }
  }
  return sources;
}

function compileSource(
  scenario: Scenario,
  personaIds: string[],
  scale: number,
  id: string,
  room: string | undefined,
  mix: Record<string, number> | undefined,
  curve: RateCurve,
): CompiledSource {
  const weights =
    mix ?? Object.fromEntries(Object.entries(scenario.personas).map(([name, persona]) => [name, persona.share]));
  const names = Object.keys(weights);
  const total = names.reduce((sum, name) => sum + weights[name], 0);
  const botShare = scenario.bots?.share ?? 0;
  const shares = names.map((name) => (weights[name] / total) * (1 - botShare));
  return {
    id,
    key: hashId(id),
    room: room === undefined ? 0 : Object.keys(scenario.rooms).indexOf(room),
    timesMs: Float64Array.from(curve.timesMs),
    cumulative: Float64Array.from(curve.cumulative, (value) => Math.fround(value * scale)),
    mixUpTo: cumulativeWeights(botShare > 0 ? [...shares, botShare] : shares),
    mixPersona: Int32Array.from(botShare > 0 ? [...names, 'bot'] : names, (name) => personaIds.indexOf(name)),
  };
}

function compileProducts(scenario: Scenario, scale: number): CompiledScenario['products'] {
  const dropped = new Set(scenario.show.flatMap((cue) => (cue.cue === 'drop' ? [cue.product] : [])));
  return Object.entries(scenario.products).map(([id, product]) => ({
    id,
    title: product.title,
    priceMinor: product.price.minor,
    stock: scaleUnits(product.stock, scale),
    perBuyer: product.perBuyer,
    dropped: dropped.has(id),
    coupon: product.coupon === undefined ? null : { code: product.coupon.code, offShare: product.coupon.off },
  }));
}

function totalAudience(present: readonly Float64Array[][]): Float64Array {
  const total = new Float64Array(present[0][0].length);
  for (const room of present) for (const persona of room) for (let i = 0; i < total.length; i++) total[i] += persona[i];
  return total;
}
