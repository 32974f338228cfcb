import { WebSocket } from 'ws';
import { startStub, type Stub, type StubOptions } from '../../server-stub/index.ts';
import type {
  BooksAnswer,
  ChatFrame,
  ClientFrame,
  CueRequest,
  ServerFrame,
  ShowRequest,
} from '../../server-stub/protocol.ts';

export const SHOW: ShowRequest = {
  rooms: ['main', 'side'],
  currency: 'USD',
  holdMs: 60_000,
  products: [
    { id: 'serum', title: 'Hair serum', priceMinor: 2900, stock: 5, perBuyer: 2 },
    { id: 'mask', title: 'Mask', priceMinor: 1500, stock: 3, perBuyer: null, open: false },
  ],
};

export interface Answer {
  readonly status: number;
  // Tests look into answers of every shape.
  // oxlint-disable-next-line no-explicit-any
  readonly body: any;
}

/** A stub with a show set up, its admin side, and viewers that are gone when it closes. */
export class Rig {
  readonly stub: Stub;
  private readonly viewers: TestViewer[] = [];

  private constructor(stub: Stub) {
    this.stub = stub;
  }

  static async start(options: StubOptions = {}, show: ShowRequest = SHOW): Promise<Rig> {
    const rig = new Rig(await startStub(options));
    await rig.setShow(show);
    return rig;
  }

  /** Begins anew: viewers of before are sent away, and all books are empty. */
  async setShow(show: ShowRequest = SHOW): Promise<void> {
    const answer = await this.admin('PUT', '/admin/show', { ...show, force: true });
    if (answer.status !== 200) throw new Error(`show refused: ${JSON.stringify(answer.body)}`);
  }

  async request(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const json = body === undefined ? undefined : JSON.stringify(body);
    const type: Record<string, string> = json === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(this.stub.url + path, { method, headers: { ...type, ...headers }, body: json });
    return { status: response.status, body: await response.json() };
  }

  admin(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.request(method, path, body, { 'x-admin-token': this.stub.adminToken });
  }

  cue(cue: Partial<CueRequest> & Pick<CueRequest, 'id' | 'kind'>): Promise<Answer> {
    return this.admin('POST', '/admin/cues', { room: 'main', ...cue });
  }

  async books(): Promise<BooksAnswer> {
    return (await this.admin('GET', '/admin/books')).body;
  }

  socketUrl(id: string, room = 'main', stub = this.stub): string {
    return `${stub.url.replace('http', 'ws')}/rooms/${room}/ws?viewer=${id}&name=${id}`;
  }

  /** A viewer who has been welcomed; maybe by another instance of the shop. */
  async viewer(id: string, room = 'main', stub = this.stub): Promise<TestViewer> {
    const viewer = new TestViewer(this.socketUrl(id, room, stub));
    this.viewers.push(viewer);
    await viewer.next('welcome');
    return viewer;
  }

  async close(): Promise<void> {
    await this.stub.close();
    for (const viewer of this.viewers) viewer.ws.terminate();
  }
}

type FrameOf<T extends ServerFrame['t']> = Extract<ServerFrame, { t: T }>;

/** Keeps every frame that arrives, and lets a test wait for the one it means. */
export class TestViewer {
  readonly ws: WebSocket;
  readonly frames: ServerFrame[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  private wakeUp: (() => void)[] = [];

  constructor(url: string) {
    this.ws = new WebSocket(url, { perMessageDeflate: false });
    this.closed = new Promise((resolve) => {
      this.ws.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
    this.ws.on('error', () => {});
    this.ws.on('message', (data) => {
      this.frames.push(JSON.parse(String(data)) as ServerFrame);
      for (const wake of this.wakeUp.splice(0)) wake();
    });
  }

  /** The first frame of this kind that fits, arrived already or still to come. */
  async next<T extends ServerFrame['t']>(t: T, fits: (frame: FrameOf<T>) => boolean = () => true): Promise<FrameOf<T>> {
    for (;;) {
      const found = this.frames.find((frame) => frame.t === t && fits(frame as FrameOf<T>));
      if (found !== undefined) return found as FrameOf<T>;
      await new Promise<void>((resolve) => this.wakeUp.push(resolve));
    }
  }

  /** Waits until this many chat messages have arrived, alone or in batches. */
  async chats(count: number): Promise<ChatFrame[]> {
    while (this.chatsSoFar().length < count) await new Promise<void>((resolve) => this.wakeUp.push(resolve));
    return this.chatsSoFar();
  }

  chatsSoFar(): ChatFrame[] {
    return this.frames.flatMap((frame) => (frame.t === 'chat' ? [frame] : frame.t === 'batch' ? frame.m : []));
  }

  send(frame: ClientFrame): void {
    this.ws.send(JSON.stringify(frame));
  }

  chat(ref: number, text = `message ${ref}`): void {
    this.send({ t: 'chat', ref, text });
  }
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
