import type { WarmStart } from '../../crowd/warm-start.ts';
import { EventClock } from '../../live/clock.ts';
import { Host } from '../../live/host.ts';
import type { FromShard, ToShard } from '../../live/messages.ts';
import type { Target } from '../../targets/combine.ts';
import type { EventFile } from '../event.ts';
import { namedHosts } from './named.ts';
import { Requests } from './requests.ts';

/** One k6 process without a coordinator: k6's own figures and thresholds, and no ledger. */

/** What `setup()` says to all VUs. */
export interface SoloStart {
  readonly runId: string;
  /** When the window begins. */
  readonly zeroEpochMs: number;
}

/** Before the window: for k6 to start its VUs, and then the handshakes of those who are there already. */
const LEAD_MS = 2000;
const HANDSHAKES_PER_SEC = 500;

/** Prepares the show, and says when the window begins. Throws what the host says when the backend does not take it. */
export async function prepareSolo(event: EventFile, target: Target, present: number): Promise<SoloStart> {
  await hostOf(event, target).prepare(event.show as WarmStart, {});
  const zeroEpochMs = Date.now() + LEAD_MS + (present / HANDSHAKES_PER_SEC) * 1000;
  return { runId: `k6${Date.now().toString(36)}`, zeroEpochMs };
}

/** Gives the cues of the window; one VU does. */
export function playHost(event: EventFile, target: Target, { zeroEpochMs }: SoloStart): Host {
  const host = hostOf(event, target);
  const clock = new EventClock(event.fromMs);
  clock.start(zeroEpochMs);
  void host.play(clock, () => undefined);
  return host;
}

/** Tells a pod what a coordinator would. */
export class SoloLead {
  private readonly zeroEpochMs: number;
  private commands: ToShard[] = [];

  constructor({ zeroEpochMs }: SoloStart) {
    this.zeroEpochMs = zeroEpochMs;
  }

  say(message: FromShard): void {
    if (message.type === 'ready') this.commands.push({ type: 'go', atEpochMs: this.zeroEpochMs });
    if (message.type === 'drained') this.commands.push({ type: 'close', lastSeq: message.lastSeq });
    if (message.type === 'note') console.warn(message.text);
  }

  async exchange(): Promise<readonly ToShard[]> {
    return this.commands.splice(0);
  }
}

function hostOf(event: EventFile, target: Target): Host {
  const { scenario, fromMs, forMs, userAgent, hosts } = event;
  return new Host(target, scenario, fromMs, forMs, K6_LOG, new Requests(userAgent, namedHosts(hosts), 'host'));
}

const K6_LOG = {
  info: () => undefined,
  warn: (about: object, message: string) => console.warn(message, JSON.stringify(about)),
  error: (about: object, message: string) => console.error(message, JSON.stringify(about)),
};
