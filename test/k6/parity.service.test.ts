import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CompiledScenario } from '../../sim/crowd/compiled.ts';
import { mark } from '../../sim/live/message-json.ts';
import { compiled } from '../crowd/help.ts';
import golden from '../golden/crowd-trace.json' with { type: 'json' };
import { GOLDEN } from '../golden/scenario.ts';
import { needService } from '../need.ts';

const k6 = needService('k6');

const fileOf = (name: string): string => JSON.stringify(new URL(name, import.meta.url).pathname);

/** The crowd played inside k6; prints what is kept of its trace as the last thing it does. */
const SCRIPT = `
  import { sha256 } from 'k6/crypto';
  import { parseMarked } from ${fileOf('../../sim/live/message-json.ts')};
  import { traceDigest } from ${fileOf('../golden/trace.ts')};
  const scenario = parseMarked(open('./scenario.json'));
  export default function () {
    console.log(JSON.stringify(traceDigest(scenario, (text) => sha256(text, 'hex'))));
  }
`;

describe.skipIf(!k6)('the crowd in k6', () => {
  it('decides bit for bit what it decides in Node, whole and in three shards', async () => {
    expect(golden.intents).toBeGreaterThan(100_000);
    expect(await saidInK6(compiled(GOLDEN))).toContain(JSON.stringify(golden));
  });
});

/** What k6 says while it plays, all of it. */
async function saidInK6(scenario: CompiledScenario): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'flashcrowd-k6-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  await writeFile(join(dir, 'scenario.json'), JSON.stringify(scenario, mark));
  await build({
    stdin: { contents: SCRIPT, resolveDir: dir, loader: 'ts' },
    outfile: join(dir, 'script.js'),
    bundle: true,
    external: ['k6/*'],
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
  });
  const child = spawn(
    k6,
    ['run', '--no-usage-report', '--quiet', '--log-format', 'raw', '--address', '', 'script.js'],
    {
      cwd: dir,
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  await once(child, 'close');
  return output;
}
