/** Live progress: lines that are redrawn on a terminal, one line now and then in a log, nothing when quiet. */

import { createLogUpdate } from 'log-update';
import { eventClock } from '../format.ts';
import type { ProgressSnapshot } from '../../sim/progress.ts';
import { logLine, terminalLines } from './progress-lines.ts';
import { painter, printable } from './text.ts';

export interface Progress {
  update(snapshot: ProgressSnapshot): void;
  /** A line that stays, above the live ones. Errors are shown even when quiet. */
  note(line: string, kind?: 'info' | 'error'): void;
  /** Ends the display; the last lines stay on a terminal. Safe to call twice. */
  done(): void;
}

export interface ProgressOptions {
  readonly stream: NodeJS.WritableStream & { readonly columns?: number };
  readonly isTTY: boolean;
  readonly quiet: boolean;
  /** Width when the stream does not know its own. */
  readonly columns: number;
  /** Default: colours on a terminal, none elsewhere. */
  readonly color?: boolean;
  /** Wall clock in ms, any origin; for tests. */
  readonly now?: () => number;
}

/** A log gets a line at most this often, unless the phase changes or a cue is sent. */
const LOG_EVERY_MS = 5000;
const TRAIL_LENGTH = 24;

export function createProgress(options: ProgressOptions): Progress {
  if (options.quiet) return quietProgress(options);
  return options.isTTY ? terminalProgress(options) : logProgress(options);
}

function quietProgress({ stream }: ProgressOptions): Progress {
  return {
    update() {},
    note(line, kind) {
      if (kind === 'error') stream.write(`${printable(line)}\n`);
    },
    done() {},
  };
}

function logProgress({ stream, now = Date.now }: ProgressOptions): Progress {
  let wroteAtMs = -Infinity;
  let last: ProgressSnapshot | null = null;
  const write = (line: string): void => void stream.write(`${line}\n`);
  return {
    update(snapshot) {
      const cue = snapshot.lastCue !== null && snapshot.lastCue !== last?.lastCue;
      if (cue) write(`${eventClock(snapshot.eventMs)} cue ${printable(snapshot.lastCue)}`);
      const due = snapshot.phase !== last?.phase || now() - wroteAtMs >= LOG_EVERY_MS;
      last = snapshot;
      if (!due) return;
      wroteAtMs = now();
      write(logLine(snapshot));
    },
    note(line) {
      write(printable(line));
    },
    done() {},
  };
}

function terminalProgress({ stream, columns, color = true }: ProgressOptions): Progress {
  const live = createLogUpdate(stream, { defaultWidth: columns, showCursor: true });
  const paint = painter(color);
  const trail: number[] = [];
  let latest: ProgressSnapshot | null = null;
  let trailAtMs = -Infinity;
  let ended = false;

  function draw(): void {
    // One column stays free: some terminals break a line that is exactly full.
    if (latest) live(terminalLines(latest, trail, (stream.columns ?? columns) - 1, paint).join('\n'));
  }
  return {
    update(snapshot) {
      if (ended) return;
      latest = snapshot;
      // A point a second of the event is enough for the small curve, however often updates come.
      if (Math.abs(snapshot.eventMs - trailAtMs) >= 1000 || snapshot.phase === 'connecting') {
        trailAtMs = snapshot.eventMs;
        trail.push(snapshot.viewers);
        if (trail.length > TRAIL_LENGTH) trail.shift();
      }
      draw();
    },
    note(line, kind) {
      live.clear();
      stream.write(`${kind === 'error' ? paint('red', printable(line)) : printable(line)}\n`);
      if (!ended) draw();
    },
    done() {
      if (ended) return;
      ended = true;
      live.done();
    },
  };
}
