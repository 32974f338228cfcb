import type { RunResult } from '../result.ts';
import { createTarget } from '../targets/index.ts';
import { Beacon } from './health/beacon.ts';
import { Host } from './host.ts';
import type { RunOptions } from './options.ts';
import { checkFiles, checkPorts, connectionsOf, reachTarget } from './preflight.ts';
import { Session } from './session.ts';

/**
 * Plays a window of an event against a real backend. Once the show is prepared it resolves with a result however the run
 * ends: complete, stopped, aborted, crashed. Throws FlashcrowdError (TARGET_UNREACHABLE, TARGET_REFUSED,
 * TOO_FEW_FILES, TOO_FEW_PORTS) when it cannot begin.
 */
export async function runScenario(options: RunOptions): Promise<RunResult> {
  const { compiled, fromMs, forMs, workers, stubProcesses, log } = options;
  checkFiles(compiled, fromMs, forMs, workers, stubProcesses);
  checkPorts(options);
  const target = createTarget(options.target);
  await reachTarget(target, options.stop);
  const warm = options.warmStart(compiled, fromMs);
  log.info({ present: warm.snapshot.count, stockLeft: warm.stockLeft, fromMs }, 'warm start computed');
  const planned = await options.planWindow();
  log.info({ runs: planned?.runs ?? 0, engine: planned?.engine }, 'window planned');
  const host = new Host(target, compiled, fromMs, forMs, log, connectionsOf(options).localAddresses);
  let beacon: Beacon | null = null;
  try {
    await host.prepare(warm, options.faults);
    beacon = await Beacon.open();
    return await new Session(options, warm, planned, host, target, beacon).play();
  } finally {
    beacon?.close();
    await host.mend();
    await host.close();
  }
}
