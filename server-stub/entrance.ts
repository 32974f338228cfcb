import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { FaultyAudience } from './faults/audience.ts';
import { watchDisconnects } from './faults/disconnects.ts';
import type { Faults } from './faults/faults.ts';
import { FrontAudience } from './fronts/front-audience.ts';
import { Fronts } from './fronts/fronts.ts';
import type { Channel } from './fronts/channel.ts';
import { SharedPort } from './fronts/shared-port.ts';
import type { StubSettings } from './options.ts';
import type { Audience } from './rooms/audience.ts';
import { Door } from './rooms/door.ts';
import type { Hub } from './rooms/hub.ts';
import { SocketLine } from './rooms/line.ts';
import type { Viewer } from './rooms/viewer.ts';

/** How viewers and customers get in: their sockets are held by this process, or by fronts. */
export interface Entrance {
  /** For a room that is opened. */
  newAudience(): Audience<Viewer>;
  /** Lets people in. @returns the port. @throws Error with `code` when it cannot listen. */
  open(app: FastifyInstance, hub: Hub): Promise<number>;
  /** Turns down whoever comes from now on, and cuts the lines that are still open after `CLOSE_GRACE_MS`. */
  close(): Promise<void>;
}

/** A join storm: as many connections as the kernel will queue (Linux cuts it at net.core.somaxconn). */
const LISTEN_BACKLOG = 4096;
/** How long viewers and requests under way get when the stub closes before their lines are cut. */
export const CLOSE_GRACE_MS = 1000;

/** `sharedPort`: one that is bound already. Without it the entrance takes its own. */
export function newEntrance(settings: StubSettings, faults: Faults, sharedPort?: Server): Entrance {
  return settings.processes === 1 ? new OwnEntrance(settings, faults, sharedPort) : new FrontEntrance(settings);
}

class OwnEntrance implements Entrance {
  private readonly settings: StubSettings;
  private readonly faults: Faults;
  private readonly sharedPort: Server | undefined;
  private door: Door | null = null;
  private endDisconnects = (): void => {};

  constructor(settings: StubSettings, faults: Faults, sharedPort?: Server) {
    this.settings = settings;
    this.faults = faults;
    this.sharedPort = sharedPort;
  }

  newAudience(): Audience<Viewer> {
    return new FaultyAudience(this.faults);
  }

  async open(app: FastifyInstance, hub: Hub): Promise<number> {
    const { maxBufferedBytes, logger } = this.settings;
    const door = new Door(app.server, (wish, ws, socket) => {
      ws.on('error', (error) => logger.debug({ err: error, viewer: wish.id }, 'socket failed'));
      const visit = hub.enter(wish.roomId, wish, new SocketLine(ws, socket, maxBufferedBytes));
      if (visit === null) return;
      ws.on('close', () => visit.left());
      // No frame of the protocol is binary.
      ws.on('message', (data, isBinary) => visit.said(isBinary ? '' : String(data)));
    });
    this.door = door;
    this.endDisconnects = watchDisconnects(
      this.faults,
      () => door.openLines(),
      (ws) => ws.terminate(),
    );
    await this.listen(app);
    return (app.server.address() as AddressInfo).port;
  }

  private async listen(app: FastifyInstance): Promise<void> {
    const { host, port } = this.settings;
    if (this.sharedPort === undefined) return void (await app.listen({ host, port, backlog: LISTEN_BACKLOG }));
    const { server } = app;
    await app.ready();
    server.listen(this.sharedPort, LISTEN_BACKLOG);
    await once(server, 'listening');
  }

  async close(): Promise<void> {
    this.endDisconnects();
    this.door?.close();
    setTimeout(() => this.door?.terminateAll(), CLOSE_GRACE_MS).unref();
  }
}

class FrontEntrance implements Entrance {
  private readonly settings: StubSettings;
  private readonly channels = new Set<Channel>();
  private port: SharedPort | null = null;
  private fronts: Fronts | null = null;
  private rooms = 0;

  constructor(settings: StubSettings) {
    this.settings = settings;
  }

  newAudience(): Audience<Viewer> {
    return new FrontAudience(++this.rooms, this.channels);
  }

  /** The shop itself listens on a port of its own, for the fronts alone. */
  async open(app: FastifyInstance, hub: Hub): Promise<number> {
    const { host, port, processes, maxBufferedBytes, logger } = this.settings;
    this.port = await SharedPort.bind(host, port);
    const shopUrl = await app.listen({ host: '127.0.0.1', port: 0, backlog: LISTEN_BACKLOG });
    const settings = { shopUrl, maxBufferedBytes, backlog: LISTEN_BACKLOG, graceMs: CLOSE_GRACE_MS };
    this.fronts = new Fronts(settings, hub, this.channels, this.port, logger);
    await this.fronts.start(processes);
    return this.port.port;
  }

  async close(): Promise<void> {
    this.port?.close();
    await this.fronts?.close();
  }
}
