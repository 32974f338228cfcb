/**
 * The engine beside its peers: receiving, memory, connecting and buying, in rounds that alternate. Takes about 20 minutes.
 * `npx tsx bench/engine/engine.ts [--parts receive,memory,connect,purchase] [--tools c,flashcrowd,ws,k6,artillery] [--rounds 3]
 * [--scenes one,ten,own,busy] [--send-ms 8000] [--out FILE]`. With all parts and tools it writes docs/engine-bench.md.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { killRest } from './children.ts';
import { connect } from './parts/connect.ts';
import { memory } from './parts/memory.ts';
import { BUYERS, purchase } from './parts/purchase.ts';
import { receive, SCENES } from './parts/receive.ts';
import { Rows } from './parts/rows.ts';
import { buildNative, here } from './places.ts';
import { page } from './report.ts';
import { TOOL_NAMES, type ToolName } from './tools/tool.ts';
import { TOOLS } from './tools/tools.ts';

const PARTS = ['receive', 'memory', 'connect', 'purchase'] as const;
const SCENE_NAMES = SCENES.map(({ id }) => id.replace('receive.', ''));
const MAX_ROUNDS = 20;

const { values } = parseArgs({
  options: {
    parts: { type: 'string', default: PARTS.join(',') },
    tools: { type: 'string', default: TOOL_NAMES.join(',') },
    scenes: { type: 'string', default: SCENE_NAMES.join(',') },
    rounds: { type: 'string', default: '3' },
    'send-ms': { type: 'string', default: '8000' },
    out: { type: 'string' },
  },
});

/** The names that were asked for. Throws on one that is not there. */
function among<T extends string>(option: string, text: string, known: readonly T[]): T[] {
  const names = text.split(',') as T[];
  const wrong = names.filter((name) => !known.includes(name));
  if (wrong.length > 0) throw new Error(`--${option}: not one of ${known.join(', ')}: ${wrong.join(', ')}`);
  return known.filter((name) => names.includes(name));
}

function whole(option: string, text: string, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most) throw new Error(`--${option}: 1 to ${most}, not ${text}`);
  return value;
}

const parts = among('parts', values.parts, PARTS);
const asked = among<ToolName>('tools', values.tools, TOOL_NAMES);
const scenes = among('scenes', values.scenes, SCENE_NAMES);
const rounds = whole('rounds', values.rounds, MAX_ROUNDS);
const sendMs = whole('send-ms', values['send-ms'], 60_000);

buildNative();
const tools = TOOLS.filter(({ name, missing }) => asked.includes(name) && missing === null);
const missing = TOOLS.filter(({ name }) => asked.includes(name)).flatMap(({ label, missing: why }) =>
  why === null ? [] : [`${label}: ${why}`],
);
const rows = new Rows();

/** One measurement. One that fails leaves a gap that is seen, and the rest goes on. */
async function measured(table: string, tool: { name: string; label: string }, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    killRest();
    rows.add(table, tool.name as ToolName, tool.label, NaN, `failed: ${(error as Error).message}`);
  }
  const row = rows.find(table, tool.name as ToolName)!;
  process.stderr.write(
    `${table.padEnd(13)} ${tool.name.padEnd(16)} ${row.rounds.at(-1)!.toFixed(2).padStart(10)}  ${row.note}\n`,
  );
}

for (const line of missing) process.stderr.write(`${line}\n`);
for (let round = 1; round <= rounds; round++) {
  process.stderr.write(`round ${round} of ${rounds}\n`);
  if (parts.includes('receive'))
    for (const scene of SCENES.filter(({ id }) => scenes.includes(id.replace('receive.', ''))))
      for (const tool of tools.filter(({ name }) => scene.tools.includes(name)))
        await measured(scene.id, tool, receive(scene, tool, sendMs, rows));
  if (parts.includes('memory'))
    for (const tool of tools) if (tool.idle) await measured('memory', tool, memory(tool, tool.idle, rows));
  if (parts.includes('connect')) for (const tool of tools) await measured('connect', tool, connect(tool, rows));
  if (parts.includes('purchase'))
    for (const buyer of BUYERS.filter(({ tool }) => tools.some(({ name }) => name === tool)))
      await measured('purchase', buyer, purchase(buyer, rows));
}

const text = page(rows, rounds, 'npx tsx bench/engine/engine.ts', missing);
process.stdout.write(text);
const isWhole = parts.length === PARTS.length && tools.length === TOOLS.length && scenes.length === SCENES.length;
const out = values.out ?? (isWhole ? here('../../docs/engine-bench.md') : null);
if (out !== null) writeFileSync(out, text);
