import { arrivalOf } from '../mapping/arrival.ts';
import { tokenMaker } from '../mapping/jwt.ts';
import type { StepsContext } from '../mapping/steps.ts';
import { withValues, viewerValues } from '../mapping/values.ts';
import type { HttpRequest, TargetEnvironment, TargetPart, TargetViewer } from '../target.ts';
import { booksTarget } from './books.ts';
import { hostTarget } from './host.ts';
import type { HttpOptions } from './options.ts';
import { shopTarget } from './shop.ts';
import { staffOf } from './staff.ts';

/** Any shop that is spoken to by HTTP, by the steps of a target file. Throws Error for options that cannot be read. */
export function httpTarget(options: HttpOptions, environment: TargetEnvironment): TargetPart {
  const origin = options.url.replace(/\/$/, '');
  const { money, minorDigits, headers, cookies = false } = options;
  const context: StepsContext = { origin, money, minorDigits, headers, cookies, epochMs: environment.epochMs };
  const tokenOf = tokenMaker(options.jwt, environment, 'jwtShop');
  const values = (viewer: TargetViewer) =>
    withValues(viewerValues(viewer, tokenOf), { now: Math.round(environment.epochMs()) });
  const staff = staffOf(options.admin, { ...context, cookies: true });
  return {
    name: 'http',
    health: healthOf(options.health, origin),
    shop: shopTarget(options, context, values),
    ...(options.arrive ? { arrival: arrivalOf(options.arrive, values, context) } : {}),
    ...(options.host && options.host !== 'manual' ? { host: hostTarget(options.host, options.products, staff) } : {}),
    ...(options.books ? { books: booksTarget(options.books, options.products, staff) } : {}),
  };
}

function healthOf(health: HttpOptions['health'], origin: string): TargetPart['health'] {
  if (health === null) return null;
  const [method, path] = (health ?? 'GET /').split(' ');
  return { method: method as HttpRequest['method'], path, origin };
}
