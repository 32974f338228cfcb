/** The script that k6 runs: one VU is a pod of viewers. Bundled by `flashcrowd k6 build`, beside its event. */

import exec from 'k6/execution';
import { SharedArray } from 'k6/data';
import type { CrowdSnapshot } from '../../crowd/snapshot.ts';
import { parseMarked } from '../../live/message-json.ts';
import type { HistoryPart } from '../../live/history/sink.ts';
import type { FromShard, ShardSetup, ToShard } from '../../live/messages.ts';
import { ENV, FILES, type EventFile } from '../event.ts';
import { ADMIN_TOKEN } from '../placeholders.ts';
import { Coordinator, NobodyLeads } from './coordinator.ts';
import { targetOf } from './environment.ts';
import { k6Metrics, Mirror } from './mirror.ts';
import { createPod } from './pod.ts';
import { playHost, prepareSolo, SoloLead, type SoloStart } from './solo.ts';

/** How often a pod asks for commands: while it waits for one, the longer the less often, and while it plays. */
const WAITS_AT_LEAST_MS = 200;
const WAITS_AT_MOST_MS = 1000;
const PLAYS_MS = 1000;
/** After 10 s of waiting it grows, and is at its most after 50 s. */
const WAITS_SHARE = 0.02;

const event = parseMarked(open(`./${FILES.event}`)) as EventFile;
/** By shard: who is there when the window begins, as text. In memory once, for all VUs. */
const crowd = new SharedArray('crowd', () => JSON.parse(open(`./${FILES.crowd}`)) as string[]);
const metrics = k6Metrics();
const url = __ENV[ENV.coordinator] ?? '';

/**
 * In a fleet the coordinator judges the thresholds over all of it. What a process has of them is a part: it shows how rates and times are there, but ends
 * nothing, and counts mean nothing.
 */
export const options = url === '' ? event.options : { ...event.options, thresholds: ofPart(event.options.thresholds) };

/**
 * With a coordinator there is nothing to do: it prepares the show. Without one, several processes would prepare it several times, each with a moment
 * of its own to begin.
 */
export async function setup(): Promise<SoloStart | null> {
  if (url !== '') return null;
  const { executionSegment } = exec.test.options as { readonly executionSegment?: unknown };
  if (isPart(executionSegment)) {
    throw new Error(
      'this k6 plays a part of the VUs (--execution-segment) and has no coordinator: start `flashcrowd k6 coordinate`, and set FLASHCROWD_COORDINATOR',
    );
  }
  try {
    return await prepareSolo(event, targetOf(event), presentAtStart());
  } catch (error) {
    // k6 would print where in this file it was thrown.
    const hint = __ENV[ADMIN_TOKEN] === undefined ? ` (${ADMIN_TOKEN} is not set)` : '';
    exec.test.abort(`the show could not be prepared: ${(error as Error).message}${hint}`);
    return null;
  }
}

export default async function pod(start: SoloStart | null): Promise<void> {
  const shard = exec.vu.idInTest - 1;
  if (shard >= event.shards) throw new Error(`this event is made for ${event.shards} VUs: build it again for more`);
  const target = targetOf(event);
  const mirror = new Mirror(event.scenario, event.watch, metrics, shard);
  if (url !== '' || start === null) {
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
  let sinceMs = Date.now();
  const send = (message: FromShard): void => {
    if (message.type !== 'note' && message.type !== phase) {
      phase = message.type;
      sinceMs = Date.now();
    }
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
    await new Promise((resolve) => setTimeout(resolve, pauseMs(phase, Date.now() - sinceMs)));
  }
  await lead.exchange();
}

function pauseMs(phase: FromShard['type'], forMs: number): number {
  if (phase === 'second') return PLAYS_MS;
  return Math.min(WAITS_AT_MOST_MS, Math.max(WAITS_AT_LEAST_MS, forMs * WAITS_SHARE));
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

function ofPart(thresholds: EventFile['options']['thresholds']): EventFile['options']['thresholds'] {
  const kept = Object.entries(thresholds).map(([key, each]) => [
    key,
    each.filter(({ threshold }) => !/^\s*count/.test(threshold)).map(({ threshold }) => ({ threshold })),
  ]);
  return Object.fromEntries(kept.filter(([, each]) => each.length > 0));
}

function isPart(segment: unknown): boolean {
  return segment !== undefined && segment !== null && !['', '0:1', '1'].includes(String(segment));
}
