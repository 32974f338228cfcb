import { describe, expect, it } from 'vitest';
import { CLI } from '../cli/run-cli.ts';
import { Command, Run, scenarioFile, temporaryFolder } from './command.ts';
import { expectComplete, expectSound, idsOf } from './result-shape.ts';

const quoted = (...words: string[]): string => words.map((word) => `'${word}'`).join(' ');

describe('a threshold', () => {
  it('that is not met: exit code 99 and the reason, which is all that --quiet prints', async () => {
    const never = '--set=thresholds.chat_lag=p(99)<0.001';
    const run = Run.start('evening.yaml', ['--from', '20s', '--for', '3s', '--quiet', never]);
    const { code, stdout, stderr } = await run.ended;
    expect(code).toBe(99);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^failed\n {2}chat_lag: p\(99\)<0\.001 is not met \([\d.]+\)\n$/);
    const result = run.result();
    expectSound(result);
    expectComplete(result);
    expect(result.thresholds.filter((one) => one.status === 'fail')).toMatchObject([
      { metric: 'chat_lag', abortedAtMs: null },
    ]);
    expect(result.scenario.overrides).toEqual(['thresholds.chat_lag=p(99)<0.001']);
  });

  it('that asks for it ends the run early', async () => {
    const abort = '--set=thresholds.chat_received={"threshold":"count<100","abortOnFail":true}';
    const run = Run.start('evening.yaml', ['--from', '20s', '--for', '60s', abort]);
    const { code, stdout } = await run.ended;
    expect(code, stdout).toBe(99);
    const result = run.result();
    expectSound(result);
    expect(result.verdict.status).toBe('failed');
    expect(result.partial?.reason).toBe('a threshold that aborts the run failed: chat_received: count<100');
    expect(result.run.playedMs).toBeLessThan(30_000);
    const ended = result.thresholds.find((one) => one.metric === 'chat_received')!;
    expect(ended).toMatchObject({ status: 'fail', abortOnFail: true });
    expect(ended.abortedAtMs).toBeGreaterThan(20_000);
    expect(Math.round(ended.abortedAtMs!)).toBe(result.partial?.atMs);
    expect(result.thresholds.filter((one) => one !== ended).map((one) => one.abortedAtMs)).toEqual([null]);
    // It ended in order.
    expect(idsOf(result, 'fail', 'unknown')).toEqual([]);
  });
});

describe('standard output', () => {
  it('that nobody reads to its end does not change the verdict', async () => {
    const command = quoted(
      process.execPath,
      CLI,
      'run',
      scenarioFile('evening.yaml'),
      '--from',
      '20s',
      '--for',
      '2s',
      '--out',
      temporaryFolder(),
    );
    const { stdout, stderr } = await new Command('bash', ['-c', `${command} | head -1; echo "exit \${PIPESTATUS[0]}"`])
      .ended;
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^planning the window: [^\n]*\nexit 0\n$/);
  });
});
