import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { stubAt } from './stub-target.ts';
import { onTestFinished } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import type { ServerFrame } from '../../server-stub/protocol.ts';
import type { Crowd } from '../../sim/crowd/crowd.ts';
import { Rows } from '../../sim/crowd/rows.ts';
import { drawTraits } from '../../sim/crowd/viewer.ts';
import { Audience } from '../../sim/live/audience.ts';
import { epochMs, type EventClock } from '../../sim/live/clock.ts';
import { Recorder } from '../../sim/live/recorder.ts';
import { OwnMonitor } from '../../sim/run/health/monitor.ts';
import type { Target } from '../../sim/targets/combine.ts';
import { StockLog } from '../../sim/live/history/stock-log.ts';
import { VisitLog } from '../../sim/live/history/visits.ts';
import { ByteReading } from '../../sim/run/byte-reading.ts';
import { lineOpener } from '../../sim/run/lines.ts';
import { createDialer } from '../../sim/run/wire/dialer.ts';
import { HttpClients } from '../../sim/run/http-clients.ts';
import { compiled } from '../crowd/help.ts';
import { EventList } from './event-list.ts';

/** The window begins in the middle of the event. */
export const FROM_MS = 100_000;
const VIEWERS = 3;
const RECEIVING = { probeShare: 1, bulkEveryMs: 50 };

const SCENARIO = compiled({
  name: 'room',
  duration: '10m',
  personas: { guest: { dwell: '1m' } },
  audience: { feed: { kind: 'steady', rate: '1/s' } },
  products: { mug: { title: 'Mug', price: 'USD 5', stock: 10 } },
  show: [{ at: '2m', every: '1m', cue: 'pin', product: 'mug' }],
});

/** The server's side of one viewer's socket. */
class Served {
  readonly closed: Promise<unknown>;
  private readonly socket: WebSocket;
  private readonly frames: string[] = [];

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => this.frames.push(String(data)));
    this.closed = once(socket, 'close');
  }

  /** `aheadMs`: how far the server's clock is ahead. */
  chat(seq: number, aheadMs = 0): void {
    this.send({ t: 'chat', seq, at: epochMs() + aheadMs, from: 'Ana', text: 'hi' });
  }

  cue(number: number, aheadMs: number): void {
    this.send({ t: 'cue', id: `pin:mug#${number}`, kind: 'pin', at: epochMs() + aheadMs, product: 'mug' });
  }

  stock(left: number, aheadMs: number): void {
    this.send({ t: 'stock', product: 'mug', left, at: epochMs() + aheadMs });
  }

  welcome(seq: number): void {
    this.send({ t: 'welcome', room: 'main', seq, viewers: 1, at: epochMs(), cues: [] });
  }

  /** The viewer has read everything that was sent so far: it answers pings in turn. */
  async received(): Promise<void> {
    const pong = once(this.socket, 'pong');
    this.socket.ping();
    await pong;
  }

  cut(): void {
    this.socket.terminate();
  }

  /** What the viewer has said so far, frame by frame. */
  get heard(): readonly string[] {
    return this.frames;
  }

  raw(frame: string | Uint8Array): void {
    this.socket.send(frame);
  }

  private send(frame: ServerFrame): void {
    this.raw(JSON.stringify(frame));
  }
}

/** A room that says only what the test has it say. */
class Room {
  /** The last message before the next viewer comes. */
  seq = 0;
  newest: Served | undefined;
  private refusing = false;
  private readonly server: WebSocketServer;

  constructor(server: WebSocketServer) {
    this.server = server;
    server.on('connection', (socket) => {
      if (this.refusing) {
        this.refusing = false;
        return socket.close(1013, 'not now');
      }
      this.newest = new Served(socket);
      this.newest.welcome(this.seq);
    });
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  refuseNext(): void {
    this.refusing = true;
  }

  close(): void {
    for (const socket of this.server.clients) socket.terminate();
    this.server.close();
  }
}

/** An audience over real sockets; the test tells the time and plays the crowd's part. */
class Rig {
  readonly audience: Audience;
  readonly recorder: Recorder;
  readonly room: Room;
  readonly history = new EventList();
  private readonly http = new HttpClients(4);
  private nowMs = FROM_MS;
  private readonly lostRows: number[] = [];
  private wake: () => void = () => undefined;

  constructor(room: Room, target: Target) {
    this.room = room;
    const rows = new Rows(VIEWERS);
    for (let i = 0; i < VIEWERS; i++) drawTraits(rows, rows.take(), SCENARIO, 0, i);
    const lost = (row: number): void => {
      this.lostRows.push(row);
      this.wake();
    };
    const crowd = { rows, lost, cue: () => undefined, joined: () => this.wake() } as unknown as Crowd;
    this.recorder = new Recorder(SCENARIO, [], () => rows, { monitor: new OwnMonitor() });
    const clock = { now: () => this.nowMs, at: () => this.nowMs } as unknown as EventClock;
    this.recorder.counting = true;
    this.audience = new Audience({
      scenario: SCENARIO,
      target,
      http: this.http,
      shard: 0,
      mark: 'test',
      joinsPerSec: null,
      showClock: null,
      video: null,
      crowd: () => crowd,
      nudge: () => undefined,
      note: () => undefined,
      probeShare: 1,
      reading: (listener) =>
        new ByteReading(target.room, lineOpener(target.room, createDialer(), this.http), RECEIVING, listener),
      clock,
      recorder: this.recorder,
      viewerOf: (row) => ({ id: `feed-${row}`, name: 'Ana', roomId: 'main', number: row, account: {}, session: {} }),
      visitLog: new VisitLog(this.history, SCENARIO),
      stockLog: new StockLog(this.history, clock),
    });
    onTestFinished(() => {
      this.audience.close([0]);
      void this.http.destroy();
      room.close();
    });
  }

  /** `ms` from the start of the window. */
  at(ms: number): void {
    this.nowMs = FROM_MS + ms;
    this.audience.tick();
  }

  async joins(row: number, { attempt = 0, seq = 0 } = {}): Promise<Served> {
    this.room.seq = seq;
    this.audience.enter(row, this.nowMs, attempt);
    while (!this.audience.isConnected(row)) await new Promise<void>((resolve) => (this.wake = resolve));
    await this.room.newest!.received();
    return this.room.newest!;
  }

  /** Waits until the crowd has been told that the row is lost. */
  async lost(row: number): Promise<void> {
    while (!this.lostRows.includes(row)) await new Promise<void>((resolve) => (this.wake = resolve));
    this.lostRows.length = 0;
  }

  second() {
    return this.recorder.take(0, this.audience.connected);
  }

  /** Counters and rates since the last call. */
  taken() {
    return this.second().metrics;
  }
}

/** `target`: how the room at this address is spoken to; by default as the bundled one. */
export async function audienceRig(target: (baseUrl: string) => Target = stubAt): Promise<Rig> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const room = new Room(server);
  return new Rig(room, target(room.baseUrl));
}
