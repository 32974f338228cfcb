import type { Payload, SocketRequest } from '../../targets/target.ts';
import type { Compression } from './compression.ts';
import { NetWire, type NetEnding } from './net-wire.ts';
import { SILENT } from './silent.ts';
import type { Shared } from './shared.ts';
import type { WireEnding, WireEvents } from './wire.ts';
import type { Line } from '../../live/line.ts';
import { WsWire } from './ws-wire.ts';

/**
 * A line that is dialled before it is known whether the backend talks without compression: a plain one, and if that is refused in a
 * way that may mean it, one with compression. Once a line is open, it tells the viewer itself.
 */
export class UndecidedWire implements Line {
  private readonly request: SocketRequest;
  private readonly events: WireEvents;
  private readonly shared: Shared;
  private readonly compression: Compression;
  private line: Line;

  constructor(request: SocketRequest, events: WireEvents, shared: Shared, compression: Compression) {
    this.request = request;
    this.events = events;
    this.shared = shared;
    this.compression = compression;
    this.line = this.plain();
  }

  get isOpen(): boolean {
    return this.line.isOpen;
  }

  send(payload: Payload): boolean {
    return this.line.send(payload);
  }

  pause(): void {
    this.line.pause();
  }

  resume(): void {
    this.line.resume();
  }

  poll(): boolean {
    return this.line.poll();
  }

  close(code: number): void {
    this.line.close(code);
  }

  fail(code: number, reason: string): void {
    this.line.fail(code, reason);
  }

  cut(): void {
    this.line.cut();
  }

  private plain(): Line {
    const { events, compression } = this;
    const opened = (): void => {
      compression.plainOpened();
      line.events = events;
      events.opened();
    };
    const closed = (ending: NetEnding): void => {
      if (ending.mayWantDeflate && compression.mayTry) this.line = this.compressed(ending);
      else events.closed(ending);
    };
    const line = new NetWire(this.request, { ...SILENT, opened, closed }, this.shared);
    return line;
  }

  private compressed(refusal: NetEnding): Line {
    const { events, compression } = this;
    const opened = (): void => {
      compression.opened(line.isCompressed);
      line.events = events;
      events.opened();
    };
    // Refused again: what the viewer is told is the answer to what it asked.
    const closed = ({ status }: WireEnding): void => {
      compression.refused(refusal.status, status);
      events.closed(refusal);
    };
    const line = new WsWire(this.request, { ...SILENT, opened, closed }, this.shared);
    return line;
  }
}
