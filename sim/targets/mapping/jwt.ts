/** Tokens that viewers show, signed here: JWT by HS256. */

import type { TargetEnvironment, TargetViewer } from '../target.ts';
import type { JwtOptions } from './options.ts';
import { jsonTemplate } from './template.ts';
import { encodeUtf8 } from './utf8.ts';
import { viewerValues } from './values.ts';

const HOUR_MS = 3_600_000;
/** A token is renewed when less than this share of its time is left: clocks differ, and requests take a while. */
const RENEW_SHARE = 0.1;

/**
 * The token of a viewer, made when it is asked for and kept in `account` under `kept` until shortly before it ends. `kept`: a name of its
 * own for every part of a target, because a room and a shop may want different tokens. Undefined without options.
 */
export function tokenMaker(
  options: JwtOptions | undefined,
  environment: TargetEnvironment,
  kept: 'jwtRoom' | 'jwtShop',
): ((viewer: TargetViewer) => string) | undefined {
  if (options === undefined) return undefined;
  const { secret, ttl: ttlMs = HOUR_MS } = options;
  const claimsOf = jsonTemplate(options.claims ?? { sub: '{{viewer.id}}' });
  const head = base64Url(JSON.stringify({ alg: 'HS256', typ: 'JWT', ...options.header }));
  return (viewer) => {
    const { account } = viewer;
    const nowMs = environment.epochMs();
    if (account[kept] !== undefined && nowMs < Number(account[`${kept}UntilMs`])) return account[kept];
    const iat = Math.floor(nowMs / 1000);
    const claims = { ...(claimsOf(viewerValues(viewer)) as object), iat, exp: iat + Math.ceil(ttlMs / 1000) };
    const signed = `${head}.${base64Url(JSON.stringify(claims))}`;
    account[kept] = `${signed}.${environment.hmacSha256(secret, signed)}`;
    account[`${kept}UntilMs`] = String(nowMs + ttlMs * (1 - RENEW_SHARE));
    return account[kept];
  };
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** By hand: k6 has no `Buffer`, and `btoa` takes no UTF-8. */
function base64Url(text: string): string {
  const bytes = encodeUtf8(text);
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = Math.min(3, bytes.length - i);
    const bits = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let n = 0; n <= left; n++) out += LETTERS[(bits >> (18 - 6 * n)) & 63];
  }
  return out;
}
