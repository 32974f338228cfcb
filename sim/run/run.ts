import type { RunResult } from '../result.ts';
import { createTarget } from '../targets/index.ts';
import { Beacon } from './health/beacon.ts';
import { Host } from './host.ts';
import { HttpClients } from './http-clients.ts';
import type { RunOptions } from './options.ts';
import { checkFiles, checkPorts, connectionsOf, reachTarget } from './preflight.ts';
import { Session } from './session.ts';
import { tlsSettings } from './tls-settings.ts';
import { checkStream } from './video/start.ts';
import { LocalAddresses } from './wire/local-addresses.ts';

/** For the host's actions, the books, and asking how the target is. */
const HOST_CONNECTIONS = 8;

/**
 * Plays a window of an event against a real backend. Once the show is prepared it resolves with a result however the run
 * ends: complete, stopped, aborted, crashed. Throws FlashcrowdError (TARGET_UNREACHABLE, TARGET_REFUSED,
 * TOO_FEW_FILES, TOO_FEW_PORTS) when it cannot begin.
 */
export async function runScenario(options: RunOptions): Promise<RunResult> {
  const { compiled, fromMs, forMs, workers, stubProcesses, log } = options;
  checkFiles(compiled, fromMs, forMs, workers, stubProcesses);
  const target = await createTarget(options.target);
  checkStream(compiled, options.target);
  const crowded = { ...options, origins: target.origins };
  checkPorts(crowded);
  const connections = connectionsOf(crowded);
  const http = new HttpClients(HOST_CONNECTIONS, {
    localAddresses: new LocalAddresses(connections.localAddresses),
    tls: tlsSettings(options.target),
    userAgent: options.userAgent,
    hosts: options.hosts,
  });
  const host = new Host(target, compiled, fromMs, forMs, log, http);
  let beacon: Beacon | null = null;
  try {
    await reachTarget(target, http, options.stop);
    const warm = options.warmStart(compiled, fromMs);
    log.info({ present: warm.snapshot.count, stockLeft: warm.stockLeft, fromMs }, 'warm start computed');
    const planned = await options.planWindow();
    log.info({ runs: planned?.runs ?? 0, engine: planned?.engine }, 'window planned');
    await host.prepare(warm, options.faults);
    beacon = await Beacon.open();
    return await new Session({ options, warm, planned, host, target, connections, beacon }).play();
  } finally {
    beacon?.close();
    await host.mend();
    await host.close();
  }
}
