import { shardOf } from '../../sim/k6/build.ts';
import { TOKEN_HEADER, type EventFile } from '../../sim/k6/event.ts';
import { Collector } from '../../sim/run/remote/collector.ts';
import type { TargetConfig } from '../../sim/targets/combine.ts';
import type { Around, Prepared } from '../run/conduct.ts';
import { planned, warmStartOf } from '../run/model.ts';

export interface Lead {
  readonly event: EventFile;
  /** With the secrets in it. */
  readonly target: TargetConfig;
  readonly embedded: boolean;
  readonly listen: { readonly host: string; readonly port: number };
  readonly token: string | null;
  /** The fleet runs here: its clock is ours. */
  readonly sameMachine: boolean;
  /** False: the window is not planned first. */
  readonly plan: boolean;
  /** All VUs must have said hello by then. */
  readonly startWithinMs: number;
  readonly faults: Readonly<Record<string, number | null>>;
}

/** So that every pod has asked for commands before the window begins: longer than one waits to ask, and than its request may take. */
const GO_DELAY_MS = 2500;

/** The run of a fleet of k6: prepares the show, gives the cues, gathers what the pods say, reads the books. */
export async function prepareLead(lead: Lead, around: Around): Promise<Prepared & { readonly collector: Collector }> {
  const { event, target, listen, token } = lead;
  const { scenario: compiled, run, fromMs, forMs, shards } = event;
  const collector = await Collector.start({
    ...listen,
    token,
    tokenHeader: TOKEN_HEADER,
    fingerprint: event.fingerprint,
    sameMachine: lead.sameMachine,
    part: (setup) => ({ ...setup, snapshot: shardOf(setup.snapshot, setup.shard, setup.shards) }),
  });
  const { owned, abort, file, seed, overrides, targetWords } = run;
  return {
    collector,
    run: {
      scenario: run.scenario,
      compiled,
      file,
      seed,
      overrides,
      target,
      targetWords,
      userAgent: event.userAgent,
      joinsPerSec: event.joinsPerSec,
      abort,
      owned,
      hosts: event.hosts,
      embedded: lead.embedded,
      stubProcesses: 0,
      fromMs,
      forMs,
      workers: shards,
      probeShare: event.probeShare,
      localAddresses: [],
      faults: { ...run.scenario.faults, ...lead.faults },
      warmStart: warmStartOf,
      planWindow: () => planned(compiled, { fromMs, forMs }, lead, around.stop, around.tell),
      fleet: {
        engine: 'k6',
        goDelayMs: GO_DELAY_MS,
        firstWordWithinMs: lead.startWithinMs,
        hire: collector.hire,
        clocks: () => collector.clocks(),
      },
    },
    close: () => collector.close(),
  };
}
