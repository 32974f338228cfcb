import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { ShardsOptions } from '../../sim/manifests/shards.ts';
import { checkWorkflow, shardsWorkflow } from '../../sim/manifests/workflow.ts';
import { renderYaml } from '../../sim/manifests/yaml.ts';
import { sampleShards } from './samples.ts';
import { expandedText, FakeMachine } from './shells.ts';
import { workflowProblems } from './workflow-parser.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface WorkflowJob {
  readonly needs?: string;
  readonly if?: string;
  readonly strategy: { readonly 'fail-fast': boolean; readonly matrix: { readonly shard: readonly number[] } };
  readonly env: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

type Jobs = Readonly<Record<'start' | 'shards' | 'merge', WorkflowJob>>;

function textOf(options: ShardsOptions): string {
  const { comment, objects } = shardsWorkflow(options);
  return renderYaml(comment, objects);
}

function jobsOf(options: ShardsOptions): Jobs {
  return (parse(textOf(options)) as { jobs: Jobs }).jobs;
}

const stepOf = ({ steps }: WorkflowJob, action: string): Step => steps.find(({ uses }) => uses?.includes(action))!;
const scriptOf = ({ steps }: WorkflowJob): string => steps.find(({ run }) => run !== undefined)!.run!;

describe("GitHub's own parser", () => {
  it.each([
    ['forty shards', sampleShards()],
    ['the most there can be', sampleShards({ shards: 256, startAt: undefined })],
    ['one shard', sampleShards({ shards: 1, words: ['x${{ secrets.A }}'] })],
  ])('takes %s', async (_, options) => {
    expect(await workflowProblems(textOf(options))).toEqual([]);
  });

  it.each([
    ['runs-on', 'run-on'],
    ['needs: shards', 'needs: shard'],
    ['fail-fast:', 'fail-slow:'],
    ['uses: actions/upload', 'use: actions/upload'],
    ['timeout-minutes: ', 'timeout-minutes: x'],
  ])('refuses %s written as %s', async (right, wrong) => {
    const text = textOf(sampleShards());
    expect(text).toContain(right);
    expect(await workflowProblems(text.replace(right, wrong))).not.toEqual([]);
  });
});

describe('the shards', () => {
  it('are a matrix that no failure ends', () => {
    const { shards } = jobsOf(sampleShards());
    expect(shards.strategy.matrix.shard).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(shards.strategy['fail-fast']).toBe(false);
  });

  it('keep their results as artifacts of their own, also when they failed', () => {
    const upload = stepOf(jobsOf(sampleShards()).shards, 'upload-artifact');
    expect(upload).toMatchObject({
      if: 'always()',
      with: { name: 'shard-${{ matrix.shard }}', path: 'results/shard' },
    });
  });

  it('begin together: at the moment named, or at one that the first job says', () => {
    expect(jobsOf(sampleShards()).shards.env.START_AT).toBe('2026-11-27T20:00:00+08:00');
    const { start, shards } = jobsOf(sampleShards({ startAt: undefined }));
    expect(shards.needs).toBe('start');
    expect(shards.env.START_AT).toBe('${{ needs.start.outputs.at }}');
    expect(start.outputs.at).toBe('${{ steps.clock.outputs.at }}');
    // Two minutes to connect those who are there at the start, nine for the runners.
    expect(scriptOf(start)).toContain("'+11 minutes'");
  });

  it('name secrets and hold none', () => {
    expect(jobsOf(sampleShards()).shards.env).toMatchObject({
      FLASHCROWD_ADMIN_TOKEN: '${{ secrets.FLASHCROWD_ADMIN_TOKEN }}',
      SHOP_KEY: '${{ secrets.SHOP_KEY }}',
    });
  });

  it('are at most 256', () => {
    expect(checkWorkflow({ shards: 256 })).toEqual([]);
    expect(checkWorkflow({ shards: 257 })).toMatchObject([{ path: '--shards', expected: 'at most 256' }]);
  });

  it('longer than a runner may work are said to be', () => {
    expect(shardsWorkflow(sampleShards()).notes).toEqual([]);
    expect(shardsWorkflow(sampleShards({ windowMs: 6 * 3_600_000 })).notes).toHaveLength(1);
  });
});

describe('the merge', () => {
  const { merge } = jobsOf(sampleShards({ shards: 3 }));

  it('needs all shards, also those that failed', () => {
    expect(merge).toMatchObject({ needs: 'shards', if: '${{ !cancelled() }}' });
  });

  it('fetches them all and names each, and its code is that of the job', () => {
    expect(stepOf(merge, 'download-artifact').with).toEqual({ pattern: 'shard-*', path: 'shards' });
    const machine = new FakeMachine('exit 120');
    const { code, words } = machine.play(['sh', '-e', '-c', scriptOf(merge)], {});
    expect(code).toBe(120);
    expect(words.join(' ')).toBe('merge shards/shard-1 shards/shard-2 shards/shard-3 --out merged');
    expect(stepOf(merge, 'upload-artifact').if).toBe('always()');
  });
});

describe('a runner', () => {
  const WRITES_RESULT = `mkdir -p results/shard; echo '{"k":"end"}' > results/shard/recording.ndjson`;
  // What GitHub, YAML and sh would each like to read in their own way.
  const words = ["it's ${{ secrets.KEY }}.yaml", '--set=a="$HOME" `id` ${{ x', '--set=b=1\n2: # 3', '--set=c=}}'];
  const play = (machine: FakeMachine, token: string) => {
    const script = expandedText(scriptOf(jobsOf(sampleShards({ words })).shards), { 'matrix.shard': '7' });
    const env = { SHARD: '7', START_AT: '2026-11-27T12:00:00Z', FLASHCROWD_ADMIN_TOKEN: token };
    return machine.play(['sh', '-e', '-c', script], env);
  };

  it('plays its shard with every word as it was typed', () => {
    const played = play(new FakeMachine(WRITES_RESULT), 'secret');
    expect(played.code).toBe(0);
    const rest = ['--shard', '7/40', '--start-at', '2026-11-27T12:00:00Z', '--out', 'results/shard'];
    expect(played.words).toEqual(['run', ...words, ...rest]);
  });

  it('leaves the verdict to the merge, but fails without a result', () => {
    expect(play(new FakeMachine(`${WRITES_RESULT}; exit 99`), 'secret').code).toBe(0);
    expect(play(new FakeMachine('exit 121'), 'secret').code).toBe(121);
  });

  it('takes a secret that the repository does not have for none', () => {
    const noted = `${WRITES_RESULT}; exit 0`;
    expect(play(new FakeMachine(`[ -z "\${FLASHCROWD_ADMIN_TOKEN+x}" ] || exit 7; ${noted}`), '').code).toBe(0);
    expect(play(new FakeMachine('[ "$FLASHCROWD_ADMIN_TOKEN" = secret ] && exit 7'), 'secret').code).toBe(7);
  });
});
