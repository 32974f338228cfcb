import { readFileSync } from 'node:fs';
import { peakLoad, type PeakLoad } from '../bin/manifests/peak-load.ts';
import { COSTS, type EngineName } from '../sim/scaling/cost.ts';
import { machinesFor, MOST_BUSY, USUAL_MACHINE, type Limit } from '../sim/scaling/size.ts';
import { compileScenario } from '../sim/scenario/compile.ts';
import { loadScenario, shippedScenarios } from '../sim/scenario/load.ts';
import { page, table } from './markdown.ts';

/** The same crowd each time the page is made. */
const SEED = '1';

const LIMIT_WORDS: Readonly<Record<Limit, string>> = { cpu: 'CPU', memory: 'memory', ports: 'ports' };

/** Planned while the module is loaded: a page is made at once. */
const LOADS: readonly (readonly [name: string, load: PeakLoad])[] = await Promise.all(
  [...shippedScenarios()].map(async ([name, file]) => {
    const { scenario } = await loadScenario(file);
    const compiled = compileScenario(scenario, { seed: SEED });
    return [name, peakLoad(compiled, { fromMs: 0, untilMs: compiled.durationMs })] as const;
  }),
);

/** docs/scaling.md: the guide is written by hand, the figures are from the plan and the measured costs. */
export function scalingPage(): string {
  const { cores, memoryMiB } = USUAL_MACHINE;
  return page(
    'Beyond one machine',
    guide(),
    '## How many machines',
    `For a machine of ${cores} cores and ${memoryMiB / 1024} GiB, at most ${MOST_BUSY * 100} % busy: past that a generator answers late, and its lateness is taken for the
backend's. What a machine costs is yours to look up: multiply.`,
    machinesTable(),
    `*Peak viewers* and *messages* are of the busiest second in one run of the [plan](plan.md), with seed ${SEED}: the most messages that are delivered in a second,
over the most viewers that are there. *Binds* is what allows no more viewers a machine: CPU, memory, or the ports of one address to one address of the backend.`,
    '## The formula',
    FORMULA,
    '## What was measured',
    costTable(),
  );
}

/** Written by hand; what it says of the two engines is from the figures below it. */
function guide(): string {
  const { run, k6 } = COSTS;
  return readFileSync(new URL('./scaling-page/guide.md', import.meta.url), 'utf8')
    .trim()
    .replace('{{cpu}}', count(run.messagesPerCoreSecond / k6.messagesPerCoreSecond))
    .replace('{{memory}}', count(k6.memoryMiBPerViewer / run.memoryMiBPerViewer));
}

const FORMULA = `\`\`\`text
busy cores a viewer = messages/s / messages a core-second + joins/s a viewer x CPU of a join
by CPU              = cores x ${MOST_BUSY * 100} % / busy cores a viewer
by memory           = (70 % of the memory - processes x memory of one) / memory of a viewer
by ports            = ${count(USUAL_MACHINE.connections)}, nine tenths of Linux's default range; more with --local-addresses, or with more addresses of the backend
viewers a machine   = the smallest of the three
machines            = peak viewers / viewers a machine, rounded up
bandwidth           = viewers x messages/s x bytes a message, received
\`\`\``;

function machinesTable(): string {
  const head = ['scenario', 'peak viewers', 'messages/s a viewer', 'in all, Gbit/s'];
  const engines = ['`run` shards', 'binds', 'k6 runners', 'binds'];
  return table(
    [...head, ...engines],
    LOADS.map(([name, load]) => [
      `\`${name}\``,
      // Two or three digits: more would be those of the seed.
      count(Number(load.viewers.toPrecision(3))),
      count(Number(load.messagesPerViewerPerSec.toPrecision(2)), 1),
      count((load.viewers * load.messagesPerViewerPerSec * load.bytesPerMessage * 8) / 1e9, 2),
      ...sized('run', load),
      ...sized('k6', load),
    ]),
  );
}

function sized(engine: EngineName, load: PeakLoad): string[] {
  const { machines, limit } = machinesFor(load, COSTS[engine], USUAL_MACHINE);
  return [count(machines < 100 ? machines : Number(machines.toPrecision(2))), machines === 1 ? '' : LIMIT_WORDS[limit]];
}

function costTable(): string {
  return table(
    ['', 'messages a core-second', 'memory of a viewer', 'CPU of a join', 'memory of a process', 'source'],
    Object.entries(COSTS).map(([engine, cost]) => [
      engine === 'run' ? '`run`' : engine,
      count(cost.messagesPerCoreSecond),
      `${count(cost.memoryMiBPerViewer * 1024, 1)} KiB`,
      `${cost.connectCpuMs} ms`,
      `${cost.processMemoryMiB} MiB`,
      cost.source,
    ]),
  );
}

function count(value: number, digits = 0): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}
