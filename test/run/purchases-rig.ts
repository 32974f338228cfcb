import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stubAt } from './stub-target.ts';
import { onTestFinished } from 'vitest';
import type { CompiledScenario } from '../../sim/crowd/compiled.ts';
import type { Crowd } from '../../sim/crowd/crowd.ts';
import type { AnswerKind, IntentKind } from '../../sim/crowd/intents.ts';
import { Rows } from '../../sim/crowd/rows.ts';
import { drawTraits } from '../../sim/crowd/viewer.ts';
import { EventClock } from '../../sim/live/clock.ts';
import { HttpClients } from '../../sim/run/http-clients.ts';
import { FUNNEL_FIELDS, type FunnelField } from '../../sim/live/messages.ts';
import { Purchases } from '../../sim/live/purchases/purchases.ts';
import { Recorder } from '../../sim/live/recorder.ts';
import { OwnMonitor } from '../../sim/run/health/monitor.ts';
import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { compiled } from '../crowd/help.ts';
import { EventList } from './event-list.ts';

const TIMEOUT_MS = 250;
export const RETRIES = 2;
type Habits = NonNullable<ScenarioInput['personas']>[string];

/** Buyers of three mugs each, with a coupon on the mug. */
export function buyers(habits: Partial<Habits> = {}): CompiledScenario {
  return compiled({
    name: 'buyers',
    duration: '1m',
    personas: {
      buyer: {
        dwell: '1m',
        units: { 3: 1 },
        cardDeclined: 0,
        timeout: `${TIMEOUT_MS}ms`,
        retry: { attempts: RETRIES },
        ...habits,
      },
    },
    audience: { feed: { kind: 'steady', rate: '1/s' } },
    products: { mug: { title: 'Mug', price: 'USD 5', stock: 100, coupon: { code: 'LIVE10', off: '10%' } } },
  });
}

interface Asked {
  /** The port that it came from. */
  readonly from: number;
  readonly path: string;
  readonly key: string | undefined;
  readonly body: string;
}
/** What the shop does with a request: answers, or not. */
export type Reply = (response: ServerResponse) => void;

export const json =
  (status: number, body: unknown): Reply =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
export const captured = json(201, { payment: 'p1', order: 'o1', amountMinor: 1500, units: 3, status: 'captured' });
export const refusing = (status: number, error: string): Reply => json(status, { error, message: error });
export const silent: Reply = () => undefined;
export const cut: Reply = (response) => void response.socket?.destroy();

/** One viewer who buys from a shop that answers as it is told; the test plays the crowd's part. */
class Rig {
  readonly asked: Asked[] = [];
  readonly purchases: Purchases;
  readonly http: HttpClients;
  row: number;
  readonly history = new EventList();
  private readonly recorder: Recorder;
  private readonly scenario: CompiledScenario;
  private readonly rows = new Rows(4);
  private readonly viewer = {
    id: 'feed-1',
    name: 'Ana',
    roomId: 'main',
    number: 0,
    account: {},
    session: { cart: 'c1', order: 'o1' },
  };
  private readonly answers: AnswerKind[] = [];
  private wake: () => void = () => undefined;

  constructor(baseUrl: string, runId: string, scenario: CompiledScenario) {
    this.scenario = scenario;
    this.row = this.come();
    const answer = (_row: number, _generation: number, _kind: number, kind: AnswerKind): void => {
      this.answers.push(kind);
      this.wake();
    };
    const crowd = { rows: this.rows, answer } as unknown as Crowd;
    this.recorder = new Recorder(scenario, [], () => this.rows, { monitor: new OwnMonitor() });
    this.http = new HttpClients(4, { policy: 'per-viewer' });
    this.purchases = new Purchases({
      scenario,
      shop: stubAt(baseUrl).shop,
      crowd: () => crowd,
      nudge: () => undefined,
      clock: new EventClock(0),
      recorder: this.recorder,
      http: this.http,
      history: this.history,
      runId,
    });
    onTestFinished(() => this.http.destroy());
  }

  /** A viewer takes a row: that of one who left, if there is one. */
  come(): number {
    this.row = this.rows.take();
    drawTraits(this.rows, this.row, this.scenario, 0, 1);
    this.rows.shopCue[this.row] = 0;
    return this.row;
  }

  begin(kind: IntentKind, attempt = 0): void {
    this.purchases.begin(kind, this.row, this.viewer, 0, 0, attempt);
  }

  /** Begins a step and waits for what the crowd is told of it. */
  async step(kind: IntentKind, attempt = 0): Promise<AnswerKind> {
    this.begin(kind, attempt);
    return this.answered();
  }

  async answered(): Promise<AnswerKind> {
    while (this.answers.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
    return this.answers.shift()!;
  }

  leave(): void {
    this.purchases.left(this.row);
    this.rows.give(this.row);
  }

  /** What was booked since the last call. */
  booked() {
    const { metrics, funnel } = this.recorder.take(0, 0);
    const of = (field: FunnelField): number => funnel[FUNNEL_FIELDS.indexOf(field)];
    const { orders = 0, orders_unknown: unknown = 0, orders_rejected: rejected = 0, gmv = 0 } = metrics.counters;
    return { orders, unknown, rejected, gmv, unitsPaid: of('unitsPaid'), unitsUnknown: of('unitsUnknown'), of };
  }
}

export async function rig(replies: readonly Reply[], runId = 'run1', scenario = buyers()): Promise<Rig> {
  const left = [...replies];
  const server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const key = request.headers['idempotency-key'] as string | undefined;
      shop.asked.push({ from: request.socket.remotePort!, path: request.url!, key, body });
      left.shift()!(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const shop = new Rig(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, runId, scenario);
  return shop;
}
