/** The script that k6 runs: one VU is a pod of viewers. Bundled by `flashcrowd k6 build`, beside its event. */

import exec from 'k6/execution';
import { SharedArray } from 'k6/data';
import type { CrowdSnapshot } from '../../crowd/snapshot.ts';
import { parseMarked } from '../../live/message-json.ts';
import type { HistoryPart } from '../../live/history/sink.ts';
import type { FromShard, ShardSetup, ToShard } from '../../live/messages.ts';
import { ENV, FILES, type EventFile } from '../event.ts';
import { Coordinator, NobodyLeads } from './coordinator.ts';
import { targetOf } from './environment.ts';
import { k6Metrics, Mirror } from './mirror.ts';
import { createPod } from './pod.ts';
import { playHost, prepareSolo, SoloLead, type SoloStart } from './solo.ts';

/** How often a pod asks for commands: while it waits for one, and while it plays. */
const WAITS_MS = 200;
const PLAYS_MS = 1000;

const event = parseMarked(open(`./${FILES.event}`)) as EventFile;
/** By shard: who is there when the window begins, as text. In memory once, for all VUs. */
const crowd = new SharedArray('crowd', () => JSON.parse(open(`./${FILES.crowd}`)) as string[]);
const metrics = k6Metrics();
const url = __ENV[ENV.coordinator] ?? '';

export const options = event.options;

/** With a coordinator there is nothing to do: it prepares the show. Runs once for all instances. */
export async function setup(): Promise<SoloStart | null> {
  if (url !== '') return null;
  return prepareSolo(event, targetOf(event), presentAtStart());
}

export default async function pod(start: SoloStart | null): Promise<void> {
  const shard = exec.vu.idInTest - 1;
  if (shard >= event.shards) throw new Error(`this event is made for ${event.shards} VUs: build it again for more`);
  const target = targetOf(event);
  const mirror = new Mirror(event.scenario, event.watch, metrics, shard);
  if (start === null) {
    try {
      return await playFleet(shard, target, mirror);
    } catch (error) {
      // For no VU of this process is there anything left to do; k6 then ends with its code for that, 108.
      if (error instanceof NobodyLeads) exec.test.abort(error.message);
      throw error;
    }
  }
  const host = shard === 0 ? playHost(event, target, start) : null;
  const lead = new SoloLead(start);
  const history = { lost: 0, write: () => undefined, close: () => undefined };
  await play(soloSetup(shard, start), target, mirror, lead, history);
  host?.stop();
}

type Lead = Pick<Coordinator, 'say' | 'exchange'>;

async function playFleet(shard: number, target: ReturnType<typeof targetOf>, mirror: Mirror): Promise<void> {
  const coordinator = new Coordinator(url, shard);
  const told = await coordinator.hello(event.fingerprint);
  const setup: ShardSetup = { ...told, scenario: event.scenario };
  await play(setup, target, mirror, coordinator, coordinator);
}

/** From the first handshake until all has been said. */
async function play(
  setup: ShardSetup,
  target: ReturnType<typeof targetOf>,
  mirror: Mirror,
  lead: Lead,
  history: HistoryPart,
): Promise<void> {
  let phase: FromShard['type'] = 'ramp';
  const send = (message: FromShard): void => {
    if (message.type !== 'note') phase = message.type;
    lead.say(message);
  };
  const shard = createPod(event, setup, target, mirror, { send, history });
  void shard.connect();
  const isOver = (): boolean => phase === 'done';
  while (!isOver()) {
    // oxlint-disable-next-line no-await-in-loop -- one exchange after another
    const commands: readonly ToShard[] = await lead.exchange();
    for (const command of commands) shard.receive(command);
    // oxlint-disable-next-line no-await-in-loop -- as above
    await new Promise((resolve) => setTimeout(resolve, phase === 'second' ? PLAYS_MS : WAITS_MS));
  }
  await lead.exchange();
}

function soloSetup(shard: number, { runId }: SoloStart): ShardSetup {
  const { scenario, shards, fromMs, forMs, probeShare, watch, joinsPerSec } = event;
  return {
    scenario,
    shard,
    shards,
    runId,
    fromMs,
    forMs,
    snapshot: parseMarked(crowd[shard]) as CrowdSnapshot,
    joinsPerSec: joinsPerSec === null ? null : joinsPerSec / shards,
    probeShare,
    watch,
  };
}

function presentAtStart(): number {
  let sum = 0;
  for (let shard = 0; shard < crowd.length; shard++) sum += (JSON.parse(crowd[shard]) as { count: number }).count;
  return sum;
}
