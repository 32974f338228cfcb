/**
 * `flashcrowd run` and `flashcrowd k6 run` side by side: messages received for a second of CPU, memory and CPU of a viewer, and the size of a pod.
 * Takes less than 12 minutes on a machine that does nothing else, and writes docs/engines-bench.md.
 * `npx tsx bench/engines/engines.ts [--quick] [--parts scenes,pods,sizes] [--out FILE]`. `--quick`: one round in less than 2 minutes. Neither that nor a
 * part of it is written anywhere, unless FILE says where.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { K6, whyMissing } from '../engine/places.ts';
import { Figures } from './figures.ts';
import { FULL, QUICK, USUAL_POD } from './pace.ts';
import { podPlay, recordPod } from './parts/pods.ts';
import { JOINED_MS, recordScene, rowOf, SCENES } from './parts/scenes.ts';
import { idlePlay, recordSizes } from './parts/sizes.ts';
import { PAGE } from './places.ts';
import { ENGINES, play, type Engine, type Play, type Played } from './play.ts';
import { page } from './report.ts';
import { openShop, type Shop } from './shop.ts';

const PARTS = ['scenes', 'pods', 'sizes'];

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    parts: { type: 'string', default: PARTS.join(',') },
    out: { type: 'string' },
  },
});
const parts = values.parts.split(',');
if (parts.some((part) => !PARTS.includes(part))) throw new Error(`--parts: any of ${PARTS.join(', ')}`);
const missingK6 = whyMissing(K6, 'scripts/build-k6.sh');
if (missingK6 !== null) throw new Error(`k6: ${missingK6}`);

/** A start, a short window and an end. */
const PLAY_AT_LEAST_MS = 10_000;

const pace = values.quick ? QUICK : FULL;
const figures = new Figures();
const missing: string[] = [];
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** One play, or null for one that failed or was too late to begin: it leaves a gap that is seen, and the rest goes on. */
async function measured(label: string, engine: Engine, what: Play, shop: Shop): Promise<Played | null> {
  const beganMs = performance.now();
  const leftMs = pace.overAtMs - beganMs;
  if (leftMs < PLAY_AT_LEAST_MS) {
    missing.push(`${label}, ${engine}: left out, the time was over`);
    return null;
  }
  try {
    const played = await play(engine, what, shop, leftMs);
    const { messages, generatorSec, untilWindowSec, rssKiB, othersShare, behindMs, doubts } = played;
    const found =
      messages > 0
        ? `${Math.round(messages / generatorSec)} messages/core-s`
        : `${untilWindowSec.toFixed(2)} CPU-s until the window`;
    const took = ((performance.now() - beganMs) / 1000).toFixed(1);
    const more = [
      `${(rssKiB / 1024).toFixed(0)} MiB`,
      `others ${(othersShare * 100).toFixed(0)} %`,
      `took ${took} s`,
      `${Math.round(behindMs)} ms behind`,
      ...doubts,
    ];
    say(`${label.padEnd(14)} ${engine.padEnd(4)} ${[found, ...more].join('; ')}`);
    return played;
  } catch (error) {
    missing.push(`${label}, ${engine}: ${(error as Error).message}`);
    say(missing.at(-1)!);
    return null;
  }
}

async function scenes(shopOf: (coalesceMs: number) => Shop): Promise<void> {
  for (const { id, coalesceMs, play: playOf } of SCENES.filter((scene) => pace.scenes.includes(scene.id))) {
    for (const engine of ENGINES) {
      const played = await measured(id, engine, playOf(pace), shopOf(coalesceMs));
      recordScene(figures, rowOf(id, engine), played);
      if (id === 'one' && engine === 'k6') recordPod(figures, USUAL_POD, played);
    }
  }
}

async function pods(shop: Shop): Promise<void> {
  // The scenes have measured the usual one.
  for (const size of pace.pods.filter((one) => one !== USUAL_POD || !parts.includes('scenes'))) {
    const played = await measured(`pods of ${size}`, 'k6', podPlay(size, pace), shop);
    recordPod(figures, size, played);
  }
}

async function sizes(shop: Shop): Promise<void> {
  for (const engine of ENGINES) {
    const [small, large] = pace.idleViewers;
    const few = await measured(`${small} idle`, engine, idlePlay(small, pace), shop);
    const many = await measured(`${large} idle`, engine, idlePlay(large, pace), shop);
    if (few !== null && many !== null) recordSizes(figures, engine, few, many);
  }
}

for (let round = 1; round <= pace.rounds; round++) {
  say(`round ${round} of ${pace.rounds}, after ${(performance.now() / 1000).toFixed(0)} s`);
  const [single, joined] = await Promise.all([openShop(0), openShop(JOINED_MS)]);
  try {
    if (parts.includes('scenes')) await scenes((coalesceMs) => (coalesceMs === 0 ? single : joined));
    if (parts.includes('pods')) await pods(single);
    if (parts.includes('sizes')) await sizes(single);
  } finally {
    await Promise.all([single.end(), joined.end()]);
  }
}
say(`took ${(performance.now() / 1000).toFixed(0)} s`);

const k6Version = execFileSync(K6, ['version'], { encoding: 'utf8' }).split(/[ \n]/, 2).join(' ');
const command = ['npx tsx bench/engines/engines.ts', ...process.argv.slice(2)].join(' ');
const text = page(figures, { command, pace, k6Version, missing });
process.stdout.write(text);
const out = values.out ?? (values.quick || parts.length < PARTS.length ? null : PAGE);
if (out !== null) writeFileSync(out, text);
