import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { needService } from '../need.ts';

const k6 = needService('k6');
const run = promisify(execFile);

describe.skipIf(!k6)('k6', () => {
  it('is the version that tools/k6 pins', async () => {
    const { stdout } = await run(k6, ['version']);
    expect(stdout).toMatch(/^k6 v2\.1\.\d+ /);
  });

  it('runs TypeScript as it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'flashcrowd-k6-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const script = join(folder, 'script.ts');
    await writeFile(
      script,
      "const greeting: string = 'a viewer came in';\nexport default () => console.log(greeting);\n",
    );
    const { stderr } = await run(k6, [
      'run',
      '--no-usage-report',
      '--address',
      '',
      '--quiet',
      '--iterations',
      '2',
      script,
    ]);
    expect(stderr.match(/a viewer came in/g)).toHaveLength(2);
  });
});
