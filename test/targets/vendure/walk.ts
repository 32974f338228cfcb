import { vendureOptions } from '../../../sim/targets/vendure/options.ts';
import { vendureTarget } from '../../../sim/targets/vendure/vendure.ts';
import { nodeEnvironment } from '../../../sim/targets/node-environment.ts';
import type {
  Conversation,
  HttpRequest,
  ShopIntent,
  ShopOutcome,
  ShowSetup,
  TargetPart,
  TargetViewer,
} from '../../../sim/targets/target.ts';
import { someone } from '../viewer.ts';
import type { z } from 'zod';

/** As a target file has it. */
export function vendure(options: z.input<typeof vendureOptions>): TargetPart {
  return vendureTarget(vendureOptions.parse(options), nodeEnvironment);
}

export function viewers(count: number): TargetViewer[] {
  return Array.from({ length: count }, (_, i) => someone({ id: `followers-${i}` }));
}

/** Plays a conversation over the network. */
export async function play<T>(conversation: Conversation<T>): Promise<T> {
  let turn = conversation;
  while ('ask' in turn) {
    // oxlint-disable-next-line no-await-in-loop -- each request is made of the answer before it
    turn = turn.then(await send(turn.ask));
  }
  return turn.end;
}

async function send({ method, origin, path, headers, body }: HttpRequest) {
  const response = await fetch(`${origin}${path}`, { method, headers, body });
  return {
    status: response.status,
    body: await response.text(),
    header: (name: string) =>
      name === 'set-cookie' ? response.headers.getSetCookie().join('\n') || null : response.headers.get(name),
  };
}

/** A show that sells nothing but this serum. */
export function showOf(stock: number, open = true): ShowSetup {
  const serum = { id: 'serum', title: 'Glow serum', priceMinor: 1990, stock, perBuyer: null, open, coupon: null };
  return { roomIds: ['main'], currency: 'EUR', holdMs: 60_000, products: [serum] };
}

/** The steps of one purchase, up to the first that is not ok. */
export async function buy(
  { shop }: TargetPart,
  buyer: TargetViewer,
  {
    productId = 'serum',
    units = 1,
    coupon,
    card = 'good',
  }: { productId?: string; units?: number; coupon?: string; card?: 'good' | 'declined' } = {},
): Promise<readonly ShopOutcome[]> {
  const of = (kind: string) => ({ productId, idempotencyKey: `${buyer.id}-${kind}` });
  const steps: readonly ShopIntent[] = [
    { kind: 'view', productId },
    { kind: 'cart', units, coupon, ...of('cart') },
    { kind: 'checkout', ...of('checkout') },
    { kind: 'pay', card, ...of('pay') },
  ];
  const told: ShopOutcome[] = [];
  for (const step of steps) {
    if (shop === undefined) break;
    // oxlint-disable-next-line no-await-in-loop -- one step after the other
    told.push(await play(shop.step(step, buyer)));
    if (told[told.length - 1].status !== 'ok') break;
  }
  return told;
}
