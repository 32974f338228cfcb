import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from '../cli/run-cli.ts';
import { blocksOf, commandsOf, type Block } from '../docs/pages.ts';

/** A command of the page and what it says that this prints. */
interface Sample {
  readonly command: readonly string[];
  readonly lines: readonly string[];
}

/** The thousands of runs of a sensitivity take too long for a test. */
function samplesOf(page: string): Sample[] {
  const blocks = blocksOf(page);
  return blocks.flatMap((block, i): Sample[] => {
    const said: Block | undefined = blocks[i + 1];
    if (block.language !== 'sh' || said?.language !== 'text') return [];
    const [command, ...others] = commandsOf(block.text);
    if (others.length > 0 || command[1] !== 'plan' || command.includes('--sensitivity')) return [];
    return [{ command: command.slice(1), lines: said.text.split('\n').filter((line) => line !== '') }];
  });
}

const samples = samplesOf('docs/plan.md');

describe('docs/plan.md', () => {
  it('has samples', () => expect(samples.length).toBeGreaterThanOrEqual(2));

  // Thousands of viewers, a hundred times: seconds, and more of them beside other tests.
  it.each(samples)('prints what it says: $command', { timeout: 90_000 }, async ({ command, lines }) => {
    const cwd = mkdtempSync(path.join(tmpdir(), 'flashcrowd-sample-'));
    onTestFinished(() => rmSync(cwd, { recursive: true }));
    const { stdout } = await runCli(command, { cwd });
    const printed = stdout.split('\n').map((line) => line.trimEnd());
    expect(lines.filter((line) => !printed.includes(line) && !/ took /.test(line))).toEqual([]);
  });
});
