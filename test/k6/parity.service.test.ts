import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CompiledScenario } from '../../sim/crowd/compiled.ts';
import { BUSY, compiled } from '../crowd/help.ts';
import { needService } from '../need.ts';
import { playDigests } from './play-digests.ts';

const k6 = needService('k6');

/** The crowd and a world that says yes, played inside k6; prints its digests as the last thing it does. */
const SCRIPT = `
  import { playDigests } from ${JSON.stringify(new URL('./play-digests.ts', import.meta.url).pathname)};
  const scenario = JSON.parse(open('./scenario.json'), (_, value) =>
    value && value.f64 ? Float64Array.from(value.f64) : value && value.i32 ? Int32Array.from(value.i32) : value);
  export default function () {
    console.log('digests ' + playDigests(scenario));
  }
`;

describe.skipIf(!k6)('the crowd in k6', () => {
  it('decides bit for bit what it decides in Node', async () => {
    const scenario = compiled({
      ...BUSY,
      audience: { ...BUSY.audience, feed: { kind: 'steady', rate: '20/s', personas: { fan: 1 } } },
    });
    const inNode = playDigests(scenario);
    expect(Number(inNode.split(' ')[1])).toBeGreaterThan(50_000);
    expect(await digestsInK6(scenario)).toBe(inNode);
  });
});

async function digestsInK6(scenario: CompiledScenario): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'flashcrowd-k6-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  await writeFile(join(dir, 'scenario.json'), JSON.stringify(scenario, tagArrays));
  await build({
    stdin: { contents: SCRIPT, resolveDir: dir, loader: 'ts' },
    outfile: join(dir, 'script.js'),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
  });
  const child = spawn(k6, ['run', '--no-usage-report', '--quiet', '--address', '', 'script.js'], { cwd: dir });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  await once(child, 'close');
  const found = /digests ([0-9a-f]+ \d+ [0-9a-f]+ \d+)/.exec(output);
  return found ? found[1] : output;
}

/** JSON has no typed arrays. */
function tagArrays(_: string, value: unknown): unknown {
  if (value instanceof Float64Array) return { f64: [...value] };
  if (value instanceof Int32Array) return { i32: [...value] };
  return value;
}
