import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { encodeMessage } from '../../../sim/live/message-json.ts';
import type { FromShard } from '../../../sim/live/messages.ts';
import { SHIPPING_VERSION, type Hello } from '../../../sim/live/shipping.ts';
import { shardOf } from '../../../sim/k6/build.ts';
import { warmStart } from '../../../sim/plan/warm-start.ts';
import type { WorkerSetup } from '../../../sim/run/messages.ts';
import { Collector } from '../../../sim/run/remote/collector.ts';
import { stubConfig } from '../../../sim/targets/index.ts';
import { compiled } from '../../crowd/help.ts';

/** A collector that listens, and shards that speak to it by hand. */

const FINGERPRINT = 'this-event';
const TOKEN = 'open-sesame';
const TOKEN_HEADER = 'x-token';
export const PRESENT_AT_MS = 30_000;

const SCENARIO = compiled({
  name: 'collected',
  duration: '1m',
  personas: { guest: { dwell: '10m' } },
  audience: { feed: { kind: 'steady', rate: '1/s' } },
});

export const NONCE = 'who-asked-first';

/** The first line of what a shard says. */
export const headOf = (n: unknown, more: object = {}): string =>
  JSON.stringify({ nonce: NONCE, n, clock: null, ...more });

export interface Heard {
  readonly messages: FromShard[];
  readonly ends: string[];
  signs: number;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
}

export class Rig {
  readonly collector: Collector;
  private readonly folder: string;
  private readonly heardOf = new Map<number, Heard>();

  private constructor(collector: Collector, folder: string) {
    this.collector = collector;
    this.folder = folder;
  }

  static async start(token: string | null = TOKEN, sameMachine = false): Promise<Rig> {
    const folder = mkdtempSync(path.join(tmpdir(), 'flashcrowd-collector-'));
    const collector = await Collector.start({
      host: '127.0.0.1',
      port: 0,
      token,
      tokenHeader: TOKEN_HEADER,
      fingerprint: FINGERPRINT,
      sameMachine,
      part: (setup) => ({ ...setup, snapshot: shardOf(setup.snapshot, setup.shard, setup.shards) }),
    });
    onTestFinished(async () => {
      await collector.close();
      rmSync(folder, { recursive: true });
    });
    return new Rig(collector, folder);
  }

  /** What a run does with each of its shards. Answers how to tell one something. `hears`: before it is kept. */
  hire(shard: number, shards: number, hears: (message: FromShard) => void = () => undefined) {
    const heard: Heard = { messages: [], ends: [], signs: 0 };
    this.heardOf.set(shard, heard);
    return this.collector.hire(setupOf(shard, shards, this.folder))({
      heard: (message) => {
        hears(message);
        heard.messages.push(message);
      },
      isAlive: () => void heard.signs++,
      ended: (how) => void heard.ends.push(how),
    });
  }

  heard(shard: number): Heard {
    return this.heardOf.get(shard)!;
  }

  async post(
    shard: number | string,
    what: 'hello' | 'say',
    body: string,
    token: string | null = TOKEN,
  ): Promise<Answered> {
    const url = `http://127.0.0.1:${this.collector.port}/v1/shards/${shard}/${what}`;
    const headers = { 'content-type': 'text/plain', ...(token === null ? {} : { [TOKEN_HEADER]: token }) };
    const answer = await fetch(url, { method: 'POST', body, headers });
    return { status: answer.status, text: await answer.text() };
  }

  hello(shard: number, instance = 1, more: Partial<Hello> = {}): Promise<Answered> {
    return this.post(shard, 'hello', helloOf({ instance, ...more }));
  }

  say(shard: number, n: number, ...lines: string[]): Promise<Answered> {
    return this.post(shard, 'say', [headOf(n), ...lines].join('\n'));
  }

  /** The events of a shard's file, with its first line and its last. */
  history(shard: number): { readonly e: string; readonly [field: string]: unknown }[] {
    const text = readFileSync(path.join(this.folder, `worker-${shard}.ndjson`), 'utf8');
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { e: string });
  }
}

export const noteLine = (text: string): string => `m${encodeMessage({ type: 'note', text })}`;
export const eventLine = (event: object): string => `h${JSON.stringify(event)}`;

export function helloOf(more: Partial<Hello> = {}): string {
  const hello: Hello = { instance: 1, fingerprint: FINGERPRINT, version: SHIPPING_VERSION, nonce: NONCE };
  return JSON.stringify({ ...hello, ...more });
}

function setupOf(shard: number, shards: number, historyFolder: string): WorkerSetup {
  return {
    type: 'setup',
    scenario: SCENARIO,
    target: stubConfig('http://127.0.0.1:1', 'host-only'),
    userAgent: 'flashcrowd/test',
    joinsPerSec: null,
    hosts: null,
    videoHosts: [],
    videoConnections: 0,
    shard,
    shards,
    runId: 'run1',
    historyFolder,
    fromMs: PRESENT_AT_MS,
    forMs: 1000,
    snapshot: warmStart(SCENARIO, PRESENT_AT_MS).snapshot,
    shopConnections: 1,
    probeShare: 1,
    bulkEveryMs: 50,
    localAddresses: [],
    watch: [],
    beacon: null,
  };
}
