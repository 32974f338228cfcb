import { createLogUpdate } from 'log-update';
import type { PlanProgress } from '../../sim/plan/options.ts';

export interface ProgressDisplay {
  update(progress: PlanProgress): void;
  /** A line that stays. */
  note(line: string): void;
  /** Ends the display. Safe to call twice. */
  done(): void;
}

interface DisplayOptions {
  readonly stream: NodeJS.WritableStream & { readonly columns?: number };
  readonly isTTY: boolean;
  readonly quiet: boolean;
  /** Any origin; for tests. */
  readonly nowMs?: () => number;
}

/** Short plans need no line in a log, and long ones few. */
const FIRST_LOG_MS = 2000;
const LOG_EVERY_MS = 10_000;
const DRAW_EVERY_MS = 100;
/** A run of a large event takes longer than this: the time that has passed shows that something goes on. */
const TICK_MS = 1000;
const BAR_COLUMNS = 24;

/** How far a plan has come: a line that is redrawn on a terminal, one now and then in a log, none when quiet. */
export function planDisplay({
  stream,
  isTTY,
  quiet,
  nowMs = () => performance.now(),
}: DisplayOptions): ProgressDisplay {
  if (quiet) return { update() {}, note: (line) => void stream.write(`${line}\n`), done() {} };
  const live = isTTY ? createLogUpdate(stream, { defaultWidth: 80, showCursor: true }) : null;
  const startedMs = nowMs();
  let nextMs = startedMs + (live ? DRAW_EVERY_MS : FIRST_LOG_MS);
  let last: PlanProgress | null = null;
  const draw = (): void => {
    const atMs = nowMs();
    if (last === null || atMs < nextMs) return;
    nextMs = atMs + (live ? DRAW_EVERY_MS : LOG_EVERY_MS);
    const line = progressLine(last, atMs - startedMs);
    // One column stays free: some terminals break a line that is exactly full.
    if (live) live(line.slice(0, (stream.columns ?? 80) - 1));
    else stream.write(`${line}\n`);
  };
  const ticking = setInterval(draw, TICK_MS);
  // The display alone keeps no process alive.
  ticking.unref();
  return {
    update(progress) {
      last = progress;
      draw();
    },
    note(line) {
      live?.clear();
      stream.write(`${line}\n`);
    },
    done() {
      clearInterval(ticking);
      live?.clear();
      live?.done();
    },
  };
}

export function progressLine({ done, total, stage }: PlanProgress, elapsedMs: number): string {
  const share = total > 0 ? done / total : 1;
  const full = Math.round(share * BAR_COLUMNS);
  const bar = '█'.repeat(full) + '░'.repeat(BAR_COLUMNS - full);
  const leftSec = done > 0 ? Math.ceil((elapsedMs / done) * (total - done)) / 1000 : 0;
  const passed = done === 0 && elapsedMs >= 1000 ? `   ${spell(Math.floor(elapsedMs / 1000))} so far` : '';
  const eta = done < total && leftSec >= 1 ? `   about ${spell(leftSec)} left` : passed;
  return `planning ${bar} ${count(done)} of ${count(total)} runs${eta}${stage === 'runs' ? '' : `   ${stage}`}`;
}

function spell(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
