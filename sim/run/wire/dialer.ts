import type { SocketRequest } from '../../targets/target.ts';
import { Compression } from './compression.ts';
import { EventsWire } from './events-wire.ts';
import { NetWire } from './net-wire.ts';
import { Shared, type DialerOptions } from './shared.ts';
import { UndecidedWire } from './undecided-wire.ts';
import type { Dialer, WireEvents } from './wire.ts';
import { WsWire } from './ws-wire.ts';

export interface LineDialer extends Dialer {
  /** The backend insists on permessage-deflate: lines go through `ws`, which costs more. */
  readonly compressed: boolean;
}

/** Lines over WebSocket for `ws:` and `wss:`, of server-sent events for `http:` and `https:`. */
export function createDialer(options: DialerOptions = {}): LineDialer {
  const shared = new Shared(options);
  const compression = new Compression();
  return {
    get compressed() {
      return compression.isNeeded;
    },
    dial(request: SocketRequest, events: WireEvents) {
      if (/^https?:/i.test(request.url)) return new EventsWire(request, events, shared);
      if (compression.isNeeded) return new WsWire(request, events, shared);
      if (compression.isDecided) return new NetWire(request, events, shared);
      return new UndecidedWire(request, events, shared, compression);
    },
  };
}
