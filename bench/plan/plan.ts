/**
 * How fast a plan is: making the engine, playing the event (arrivals, chats, likes, gifts, the funnel against queues and stock), taking
 * the sample. Reading and compiling the scenario are left out, and so are bands and reports. Side by side with the same
 * event in SimPy when it is installed (`scripts/install-bench-peers.sh`), in rounds that alternate; medians, and the ratio of each round.
 * `npx tsx bench/plan/plan.ts`
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CompiledScenario } from '../../sim/crowd/compiled.ts';
import { AgentRun } from '../../sim/plan/agents/agent-run.ts';
import { makeAgents } from '../../sim/plan/agents/agents.ts';
import { makeCohorts } from '../../sim/plan/cohorts/cohorts.ts';
import { plan } from '../../sim/plan/api.ts';
import { takeSample } from '../../sim/plan/sample.ts';
import { seedOfRun } from '../../sim/plan/seeds.ts';
import { compileScenario } from '../../sim/scenario/compile.ts';
import { loadScenario } from '../../sim/scenario/load.ts';

const ROUNDS = 5;
const PEER_VIEWERS = 20_000;
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const PYTHON = here('../../.tools/bench-peers/bin/python');

interface Took {
  readonly events: number;
  readonly cpuSeconds: number;
}

function cpuSeconds<T>(work: () => T): { result: T; cpuSeconds: number } {
  const before = process.cpuUsage();
  const result = work();
  const used = process.cpuUsage(before);
  return { result, cpuSeconds: (used.user + used.system) / 1e6 };
}

async function compiled(name: string, scale: number): Promise<CompiledScenario> {
  return compileScenario((await loadScenario(name)).scenario, { scale });
}

const whole = (scenario: CompiledScenario) => ({ fromMs: 0, untilMs: scenario.durationMs });
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1];
const fixed = (value: number, digits = 2): string => value.toFixed(digits);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

function agentsRound(scenario: CompiledScenario, round: number): Took {
  const seed = seedOfRun(scenario.seedHi, scenario.seedLo, round);
  const window = whole(scenario);
  const { result, cpuSeconds: took } = cpuSeconds(() => {
    const played = makeAgents(scenario, window).play(seed.seedHi, seed.seedLo);
    return takeSample(scenario, window, round, seed, played, 'charts').events;
  });
  return { events: result, cpuSeconds: took };
}

const simpyRound = (): Took =>
  JSON.parse(execFileSync(PYTHON, [here('peer_simpy.py'), String(PEER_VIEWERS)], { encoding: 'utf8' })) as Took;
const perSec = ({ events, cpuSeconds: took }: Took): number => events / took / 1e6;

async function speed(): Promise<void> {
  const evening = await compiled(here('lively-evening.yaml'), 1);
  agentsRound(evening, 0);
  const hasPeer = existsSync(PYTHON);
  const rounds = Array.from({ length: ROUNDS }, (_, round) => ({
    ours: agentsRound(evening, round),
    peer: hasPeer ? simpyRound() : null,
  }));
  say('lively-evening, 1 million views, one core; million events per CPU-second\n');
  say(
    `  agents        ${fixed(median(rounds.map(({ ours }) => perSec(ours))))}   (${fixed(median(rounds.map(({ ours }) => ours.cpuSeconds)))} s for the whole event, ${rounds[0].ours.events.toLocaleString('en-US')} events)`,
  );
  const peers = rounds.flatMap(({ ours, peer }) => (peer ? [{ ours, peer }] : []));
  if (peers.length === 0) say('  SimPy         not installed: scripts/install-bench-peers.sh');
  else {
    say(
      `  SimPy         ${fixed(median(peers.map(({ peer }) => perSec(peer))), 3)}   (${PEER_VIEWERS.toLocaleString('en-US')} views of the same event)`,
    );
    say(
      `  ratio         ${fixed(median(peers.map(({ ours, peer }) => perSec(ours) / perSec(peer))), 0)}   (median of the rounds)`,
    );
  }
}

async function shipped(): Promise<void> {
  say('\nshipped scenarios, agents; one whole event\n');
  for (const name of ['creator-drop', 'sneaker-drop', 'tv-shopping']) {
    const scenario = await compiled(name, 1);
    agentsRound(scenario, 0);
    const rounds = Array.from({ length: ROUNDS }, (_, round) => agentsRound(scenario, round));
    say(
      `  ${name.padEnd(14)}${fixed(median(rounds.map(perSec)))} million events per CPU-second, ${fixed(median(rounds.map((took) => took.cpuSeconds)))} s, ${rounds[0].events.toLocaleString('en-US')} events`,
    );
  }
}

/** From 10^5 to 10^8 events: the time for one event should not grow. */
async function linear(): Promise<void> {
  say('\ncost against size, agents (lively-evening)\n\n        events   CPU-seconds   ns an event');
  for (const scale of [0.0111, 0.111, 1.11, 11.1]) {
    const scenario = await compiled(here('lively-evening.yaml'), scale);
    agentsRound(scenario, 0);
    const repeats = scale < 1 ? 9 : scale < 10 ? 5 : 1;
    const rounds = Array.from({ length: repeats }, (_, round) => agentsRound(scenario, round));
    const took = median(rounds.map((round) => round.cpuSeconds));
    const { events } = rounds[0];
    say(
      `  ${events.toLocaleString('en-US').padStart(12)}${fixed(took, 3).padStart(14)}${fixed((took / events) * 1e9, 0).padStart(14)}`,
    );
  }
}

/** What the engine holds when most are there. */
async function memory(): Promise<void> {
  const scenario = await compiled(here('lively-evening.yaml'), 5);
  global.gc?.();
  const run = new AgentRun(scenario, whole(scenario));
  const before = process.memoryUsage();
  run.play(scenario.seedHi, scenario.seedLo);
  const after = process.memoryUsage();
  const peak = run.bins.rows.viewers.reduce((most, viewers) => Math.max(most, viewers), 0);
  const grown = after.arrayBuffers - before.arrayBuffers + (after.heapUsed - before.heapUsed);
  say(
    `\nmemory, agents: ${fixed(peak / 1e6)} million viewers at once, ${fixed(grown / peak, 0)} bytes for each (buffers and heap, garbage included)`,
  );
}

async function cohorts(): Promise<void> {
  const scenario = await compiled('taobao-presale', 1);
  const engine = makeCohorts(scenario, whole(scenario));
  const run = (round: number): number => {
    const { seedHi, seedLo } = seedOfRun(scenario.seedHi, scenario.seedLo, round);
    return cpuSeconds(() => engine.play(seedHi, seedLo)).cpuSeconds;
  };
  run(0);
  const rounds = Array.from({ length: 15 }, (_, round) => run(round));
  const started = performance.now();
  const { plan: about } = await plan('taobao-presale', { runs: 100 });
  const tookSec = (performance.now() - started) / 1000;
  say(
    `\ncohorts: taobao-presale, 250 million views: ${fixed(median(rounds), 3)} CPU-seconds a run (median); a whole plan of ${about.runsDone} runs, everything counted, in ${fixed(tookSec, 1)} s`,
  );
}

await speed();
await shipped();
await linear();
await memory();
await cohorts();
