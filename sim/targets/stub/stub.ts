import type { BooksAnswer, CueRequest, FaultsRequest, ShowRequest } from '../../../server-stub/protocol.ts';
import type { HostCue, HttpRequest, ShowSetup, Target } from '../target.ts';
import { readBooks } from './books.ts';
import { decodeFrame, encodeRoomIntent } from './room.ts';
import { encodeShop, json, outcome } from './shop.ts';

export interface StubTargetOptions {
  /** `http://127.0.0.1:8080`, without a slash at the end. */
  readonly baseUrl: string;
  readonly adminToken: string;
}

/** The adapter for the bundled server. Measures everything. */
export function stubTarget({ baseUrl, adminToken }: StubTargetOptions): Target {
  const admin = (method: HttpRequest['method'], path: string, body?: unknown): HttpRequest => ({
    ...json(method, path, body),
    headers: { 'content-type': 'application/json', 'x-admin-token': adminToken },
  });
  return {
    name: 'stub',
    baseUrl,
    abilities: { chatLag: true, chatSequence: true, chatSampled: false, books: true, hostActions: true, faults: true },
    health: () => ({ method: 'GET', path: '/healthz' }),
    socket: (viewer) => ({
      url: `${baseUrl.replace(/^http/, 'ws')}/rooms/${encodeURIComponent(viewer.roomId)}/ws?viewer=${encodeURIComponent(viewer.id)}&name=${encodeURIComponent(viewer.name)}`,
    }),
    encodeRoom: encodeRoomIntent,
    decode: decodeFrame,
    encodeShop,
    outcome,
    setup: (show) => [admin('PUT', '/admin/show', showRequest(show))],
    cue: (cue) => admin('POST', '/admin/cues', cueRequest(cue)),
    faults: (rates) => admin('PUT', '/admin/faults', { faults: { ...rates } } satisfies FaultsRequest),
    audit: () => [admin('GET', '/admin/books')],
    readBooks: (answers) => readBooks(JSON.parse(answers[0].body) as BooksAnswer),
  };
}

function showRequest(show: ShowSetup): ShowRequest {
  return {
    rooms: [...show.roomIds],
    currency: show.currency,
    holdMs: show.holdMs,
    products: show.products.map(({ coupon, ...product }) => ({
      ...product,
      ...(coupon ? { coupon: { code: coupon.code, percentOff: Math.round(coupon.offShare * 1e6) / 1e4 } } : {}),
    })),
  };
}

function cueRequest({ roomId, productId, ...cue }: HostCue & { productId?: string }): CueRequest {
  return { ...cue, room: roomId, ...(productId === undefined ? {} : { product: productId }) };
}
