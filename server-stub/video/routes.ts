import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { nowMs } from '../clock.ts';
import { sendError } from '../http/answers.ts';
import { syntheticBytes } from './bytes.ts';
import { LADDER, PARTS_A_SEGMENT } from './ladder.ts';
import { MASTER, mediaPlaylist } from './playlists.ts';
import { currentSeq, durationMs, readyAtMs, stateOf, type Piece } from './timeline.ts';

interface RoomParams {
  room: string;
}
interface RenditionParams extends RoomParams {
  rendition: string;
}
interface FileParams extends RenditionParams {
  file: string;
}
interface Reload {
  _HLS_msn?: string;
  _HLS_part?: string;
}

const PLAYLIST_TYPE = 'application/vnd.apple.mpegurl';

/** A live stream that nobody encodes: playlists by the clock, and segments of the right size. `hasRoom` says which rooms there are. */
export function videoRoutes(app: FastifyInstance, hasRoom: (id: string) => boolean): void {
  app.get<{ Params: RoomParams }>('/rooms/:room/live/master.m3u8', async ({ params }, reply) => {
    if (!hasRoom(params.room)) return notFound(reply, `no room "${params.room}"`);
    return reply.type(PLAYLIST_TYPE).header('cache-control', 'max-age=60').send(MASTER);
  });

  app.get<{ Params: RenditionParams; Querystring: Reload }>(
    '/rooms/:room/live/:rendition/media.m3u8',
    async ({ params, query }, reply) => {
      if (!isThere(params)) return notFound(reply, 'no such stream');
      const awaited = awaitedOf(query);
      if (awaited === 'bad') return sendError(reply, 400, 'bad_request', 'no such _HLS_msn or _HLS_part');
      if (awaited !== null) await until(readyAtMs(awaited));
      return reply.type(PLAYLIST_TYPE).header('cache-control', 'no-cache').send(mediaPlaylist(nowMs()));
    },
  );

  app.get<{ Params: FileParams }>('/rooms/:room/live/:rendition/:file', async ({ params }, reply) => {
    const piece = isThere(params) ? pieceOf(params.file) : null;
    const state = piece === null ? 'none' : stateOf(piece, nowMs());
    const rendition = LADDER.find(({ name }) => name === params.rendition);
    if (piece === null || rendition === undefined || state === 'none') return notFound(reply, 'no such segment');
    if (state === 'soon') await until(readyAtMs(piece));
    const bytes = Math.round((rendition.bitsPerSec / 8000) * durationMs(piece));
    return reply.type('video/mp2t').header('cache-control', 'max-age=60').send(syntheticBytes(bytes));
  });

  function isThere({ room, rendition }: RenditionParams): boolean {
    return hasRoom(room) && LADDER.some(({ name }) => name === rendition);
  }
}

/** What a reload waits for: null for nothing. More than two segments ahead is a mistake (rfc8216bis, 6.2.5.2). */
function awaitedOf({ _HLS_msn: msn, _HLS_part: part }: Reload): Piece | 'bad' | null {
  if (msn === undefined) return part === undefined ? null : 'bad';
  if (!/^\d{1,15}$/.test(msn) || !(part === undefined || /^\d{1,4}$/.test(part))) return 'bad';
  const whole = { seq: Number(msn), part: null };
  const wanted = part === undefined ? whole : { seq: Number(msn), part: Number(part) };
  if (wanted.seq > currentSeq(nowMs()) + 2) return 'bad';
  // A part after the last is the first of the next segment.
  const isBeyond = wanted.part !== null && wanted.part >= PARTS_A_SEGMENT;
  return isBeyond ? { seq: wanted.seq + 1, part: 0 } : wanted;
}

/** `123.ts` is a segment, `123.2.ts` the third of its parts. */
function pieceOf(file: string): Piece | null {
  const match = /^(\d{1,15})(?:\.(\d{1,2}))?\.ts$/.exec(file);
  return match ? { seq: Number(match[1]), part: match[2] === undefined ? null : Number(match[2]) } : null;
}

/** A timer may ring a little early; and it must not keep a process alive that wants to end. */
async function until(atMs: number): Promise<void> {
  for (let leftMs = atMs - nowMs(); leftMs > 0; leftMs = atMs - nowMs()) {
    await delay(Math.ceil(leftMs), undefined, { ref: false });
  }
}

function notFound(reply: FastifyReply, message: string): FastifyReply {
  return sendError(reply, 404, 'not_found', message);
}
