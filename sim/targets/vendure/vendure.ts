import { VendureAdmin } from './admin.ts';
import { VendureAudit } from './audit.ts';
import { request, type Api } from './graphql.ts';
import { VendureHost } from './host.ts';
import type { VendureOptions } from './options.ts';
import { PING } from './shop-queries.ts';
import { VendureShop } from './shop.ts';
import type { TargetEnvironment, TargetPart } from '../target.ts';

/** Vendure's shop API, as a guest's storefront uses it; with staff's credentials, its books, and the host. It has no room. */
export function vendureTarget(options: VendureOptions, { epochMs }: TargetEnvironment): TargetPart {
  const origin = options.url.replace(/\/+$/, '');
  const { channel } = options;
  const shopApi: Api = { origin, path: options.shopPath, channel };
  const shop = new VendureShop(shopApi, options);
  const part = {
    name: 'vendure',
    health: { ...request(shopApi, {}, PING, {}), origin },
    shop: { origin, step: shop.step.bind(shop) },
  } satisfies TargetPart;
  if (options.admin === undefined) return part;
  const admin = new VendureAdmin({ origin, path: options.adminPath, channel }, options, options.admin);
  const host = new VendureHost(admin, options.manageStock, epochMs);
  return {
    ...part,
    host: { origin, setup: host.setup.bind(host), cue: host.cue.bind(host), faults: null },
    books: new VendureAudit(origin, { admin, host, options, epochMs }),
  };
}
