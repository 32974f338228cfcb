/**
 * What the engine says of its own limits, put to the test with whole runs against the bundled stub:
 * 15,000 viewers on one worker through a drop; a generator made too slow on purpose is called invalid (exit code 121), and a healthy one is not.
 * `npx tsx bench/engine/limits.ts [--claims house,core,stopped,heap,healthy] [--slow-runs 20] [--healthy-runs 50]`. The whole takes about half an
 * hour, on a machine that does nothing else.
 */
import { parseArgs } from 'node:util';
import { EXIT } from '../../sim/errors.ts';
import { play, type Play, type Played } from './limits/play.ts';
import { HEALTHY, SLOW } from './limits/slow.ts';

const HOUSE: Play = { scenario: 'limits/full-house.yaml', fromText: '10m', forText: '1m' };
const MAX_RUNS = 200;

const { values } = parseArgs({
  options: {
    claims: { type: 'string', default: 'house,core,stopped,heap,healthy' },
    'slow-runs': { type: 'string', default: '20' },
    'healthy-runs': { type: 'string', default: '50' },
  },
});
const claims = values.claims.split(',');
const CLAIMS = ['house', ...Object.keys(SLOW), 'healthy'];
if (claims.some((claim) => !CLAIMS.includes(claim))) throw new Error(`--claims: any of ${CLAIMS.join(', ')}`);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const percent = (share: number | null): string => (share === null ? 'unknown' : `${(share * 100).toFixed(0)} %`);

function runs(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > MAX_RUNS) throw new Error(`1 to ${MAX_RUNS} runs, not ${text}`);
  return count;
}

async function house(): Promise<void> {
  const { exitCode, result } = await play(HOUSE);
  say('## 15,000 viewers on one worker, through a drop\n');
  if (!result) return say(`no result, exit code ${exitCode}\n`);
  const { verdict, health, series, metrics } = result;
  const mean = (row: readonly (number | null)[]): number =>
    row.reduce<number>((sum, value) => sum + (value ?? 0), 0) / row.length;
  const viewers = series.rows.viewers.map((value) => value ?? 0);
  say(`- verdict: ${verdict.status} (exit code ${exitCode})${verdict.reasons.map((reason) => `; ${reason}`).join('')}`);
  say(`- viewers: ${Math.min(...viewers)} to ${Math.max(...viewers)}`);
  say(`- messages a second and viewer: ${(mean(series.rows.chatReceived) / mean(viewers)).toFixed(2)}`);
  for (const name of ['chat_lag', 'cue_lag', 'late_starts', 'loop_delay'] as const) {
    const metric = metrics[name];
    if (metric?.type === 'trend') say(`- ${name}: p99 ${metric.p99?.toFixed(1)} ms, most ${metric.max?.toFixed(1)} ms`);
  }
  const [worker] = health.workers;
  const seconds = worker.invalid.map(({ fromMs, untilMs }) => `${fromMs / 1000} to ${untilMs / 1000}`);
  say(`- invalid seconds: ${health.invalidSeconds}${seconds.length > 0 ? ` (event time ${seconds.join(', ')})` : ''}`);
  say(
    `- receive wait: p99 ${worker.receiveWaitP99Ms?.toFixed(1)} ms; longest stall: ${worker.stallMaxMs?.toFixed(0)} ms`,
  );
  say(`- the worker: ${worker.cpuSeconds?.toFixed(1)} CPU-seconds, ${worker.maxRssMiB?.toFixed(0)} MiB at most`);
  say(
    `- of the time the worker waited for a core: ${percent(worker.coreWaitShareMean)}, at most ${percent(worker.coreWaitShareMax)}`,
  );
  say(`- others on this machine, the shop among them: ${percent(health.machine.otherShareMean)} of its CPU\n`);
}

/** Plays it again and again; says how often it was called invalid. */
async function often(label: string, what: Play, times: number, isInvalidWanted: boolean): Promise<void> {
  let invalid = 0;
  const odd: string[] = [];
  for (let run = 1; run <= times; run++) {
    const played = await play(what);
    const isInvalid = played.exitCode === EXIT.runInvalid;
    if (isInvalid) invalid++;
    if (isInvalid !== isInvalidWanted) odd.push(`  run ${run}: ${said(played)}`);
    process.stderr.write(`${label}, run ${run} of ${times}: ${said(played)}\n`);
  }
  say(`- ${label}: invalid in ${invalid} of ${times} runs (wanted: ${isInvalidWanted ? times : 0})`);
  for (const line of odd) say(line);
}

function said({ exitCode, result }: Played): string {
  return `${exitCode} ${result ? [result.verdict.status, ...result.verdict.reasons].join('; ') : 'no result'}`;
}

if (claims.includes('house')) await house();
if (claims.some((claim) => claim !== 'house')) say('## Called invalid\n');
for (const [name, { label, play: what }] of Object.entries(SLOW))
  if (claims.includes(name)) await often(`a worker ${label}`, what, runs(values['slow-runs']), true);
if (claims.includes('healthy')) await often('a healthy worker', HEALTHY, runs(values['healthy-runs']), false);
