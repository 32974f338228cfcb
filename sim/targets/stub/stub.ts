import type { BooksAnswer, CueRequest, FaultsRequest, ShowRequest } from '../../../server-stub/protocol.ts';
import type { Conversation, HostCue, HttpRequest, ShowSetup, TargetPart } from '../target.ts';
import { readBooks } from './books.ts';
import type { StubOptions } from './options.ts';
import { decodeFrame, encodeRoomIntent } from './room.ts';
import { encodeShop, json, outcome } from './shop.ts';

/** The adapter for the bundled server. Measures everything. */
export function stubTarget({ url: origin, adminToken }: StubOptions): TargetPart {
  const admin = (method: HttpRequest['method'], path: string, body?: unknown): HttpRequest => ({
    ...json(method, path, body),
    headers: { 'content-type': 'application/json', 'x-admin-token': adminToken },
  });
  return {
    name: 'stub',
    health: { method: 'GET', path: '/healthz', origin },
    room: {
      line: 'socket',
      abilities: { numbers: 'sequence', times: true, sampled: false, cues: true },
      origin,
      connect: (viewer) => ({
        url: `${origin.replace(/^http/, 'ws')}/rooms/${encodeURIComponent(viewer.roomId)}/ws?viewer=${encodeURIComponent(viewer.id)}&name=${encodeURIComponent(viewer.name)}`,
      }),
      say: encodeRoomIntent,
      decode: decodeFrame,
    },
    shop: {
      origin,
      step: (intent, viewer) => ({
        ask: encodeShop(intent, viewer),
        then: (answer) => ({ end: outcome(intent, answer, viewer) }),
      }),
    },
    host: {
      origin,
      setup: (show) => demand(admin('PUT', '/admin/show', showRequest(show))),
      cue: (cue) => demand(admin('POST', '/admin/cues', cueRequest(cue))),
      faults: (rates) => demand(admin('PUT', '/admin/faults', { faults: { ...rates } } satisfies FaultsRequest)),
    },
    books: {
      origin,
      audit: () => ({
        ask: admin('GET', '/admin/books'),
        then: ({ body }) => ({ end: readBooks(JSON.parse(body) as BooksAnswer) }),
      }),
    },
  };
}

function demand(ask: HttpRequest): Conversation<null> {
  return { ask, then: () => ({ end: null }) };
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
