import type { RoomTarget, TargetViewer } from '../targets/target.ts';
import type { HttpClients } from './http-clients.ts';
import { namedHosts } from './named-hosts.ts';
import { PollWire } from './wire/poll-wire.ts';
import type { Dialer, WireEvents } from './wire/wire.ts';
import type { Line } from '../live/line.ts';
import { NoLine } from '../live/no-line.ts';

export type OpenLine = (viewer: TargetViewer, events: WireEvents) => Line;

const POLL_TIMEOUT_MS = 10_000;
/** Of a line that never was: RFC 6455 has no other code for it. */
const NO_LINE_CODE = 1006;

/**
 * How the viewers' lines are opened. Without a room, everybody is in at once, and nothing is heard. `hosts`: those that may be dialled, null: any; a
 * line to another host ends as closed, and nothing is sent. A room that is polled is held to the hosts of `http`.
 */
export function lineOpener(
  room: RoomTarget | null,
  dialer: Dialer,
  http: HttpClients,
  hosts: readonly string[] | null = null,
): OpenLine {
  if (room === null) return (_viewer, events) => new NoLine(true, () => events.opened());
  if (room.line !== 'poll') {
    const isNamed = namedHosts(hosts);
    return (viewer, events) => {
      const request = room.connect(viewer);
      return isNamed(request.url) ? dialer.dial(request, events) : refusedLine(request.url, events);
    };
  }
  const { poll, origin } = room;
  if (!poll) throw new Error('a room that is polled says how');
  return (viewer, events) =>
    new PollWire(
      {
        http,
        origin,
        request: (cursor) => poll(viewer, cursor),
        timeoutMs: POLL_TIMEOUT_MS,
        viewer: viewer.number,
      },
      events,
    );
}

function refusedLine(url: string, events: WireEvents): Line {
  const host = URL.canParse(url) ? new URL(url).host : url;
  const reason = `${host} is not among the hosts of the target`;
  return new NoLine(false, () => events.closed({ code: NO_LINE_CODE, reason, status: null }));
}
