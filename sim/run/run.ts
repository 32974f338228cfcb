import type { RunResult } from '../result.ts';
import { createTarget } from '../targets/index.ts';
import { Host } from './host.ts';
import type { RunOptions } from './options.ts';
import { checkFiles, reachTarget } from './preflight.ts';
import { Session } from './session.ts';

/**
 * Plays a window of an event against a real backend. Once the show is prepared it resolves with a result however the run
 * ends: complete, stopped, aborted, crashed. Throws FlashcrowdError (TARGET_UNREACHABLE, TARGET_REFUSED,
 * TOO_FEW_FILES) when it cannot begin.
 */
export async function runScenario(options: RunOptions): Promise<RunResult> {
  const { compiled, fromMs, forMs, workers, embedded, log } = options;
  checkFiles(compiled, fromMs, forMs, workers, embedded);
  const target = createTarget(options.target);
  await reachTarget(target, options.stop);
  const warm = options.warmStart(compiled, fromMs);
  log.info({ present: warm.snapshot.count, stockLeft: warm.stockLeft, fromMs }, 'warm start computed');
  const planned = await options.planWindow();
  log.info({ runs: planned?.runs ?? 0, engine: planned?.engine }, 'window planned');
  const host = new Host(target, compiled, fromMs, forMs, log);
  try {
    await host.prepare(warm);
    return await new Session(options, warm, planned, host).play();
  } finally {
    await host.close();
  }
}
