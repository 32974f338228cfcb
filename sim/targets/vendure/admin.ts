import { query, type Api, type Caller, type GraphReply } from './graphql.ts';
import { SOMEBODY, type Level, type Variant } from './admin-queries.ts';
import * as ask from './admin-queries.ts';
import type { VendureOptions } from './options.ts';
import { pick, placeOf } from './products.ts';
import type { Conversation } from '../target.ts';

/**
 * The staff's side. Signs in before the first question, and again when the session has run out. What the shop refuses is thrown, with
 * its words.
 */
export class VendureAdmin {
  private readonly api: Api;
  private readonly options: VendureOptions;
  private readonly credentials: { readonly username: string; readonly password: string };
  private readonly caller: Caller = {};

  constructor(
    api: Api,
    options: VendureOptions,
    credentials: { readonly username: string; readonly password: string },
  ) {
    this.api = api;
    this.options = options;
    this.credentials = credentials;
  }

  /** `then` gets the field `result` of the answer, and the shop's clock. */
  ask<T, R>(
    text: string,
    variables: Readonly<Record<string, unknown>>,
    then: (result: R, dateMs: number | null) => Conversation<T>,
  ): Conversation<T> {
    const put = (otherwise: (() => Conversation<T>) | null): Conversation<T> =>
      query(this.api, this.caller, text, variables, (reply) => {
        if (otherwise !== null && isForbidden(reply)) return otherwise();
        return then(resultOf<R>(reply), reply.dateMs);
      });
    const signInAndPut = (): Conversation<T> => this.signIn(() => put(null));
    const isKnown = this.caller.token !== undefined || this.caller.cookie !== undefined;
    return isKnown ? put(signInAndPut) : signInAndPut();
  }

  /** `then` gets the variant of this product. Throws when the shop has no such product. */
  variant<T>(productId: string, then: (variant: Variant, dateMs: number | null) => Conversation<T>): Conversation<T> {
    const place = placeOf(this.options, productId);
    if ('variant' in place) {
      return this.ask<T, Variant | null>(ask.VARIANT, { id: place.variant }, (variant, dateMs) => {
        if (variant === null) throw new Error(`Vendure has no variant ${place.variant} (product ${productId})`);
        return then(variant, dateMs);
      });
    }
    return this.ask<T, { variants: readonly Variant[] } | null>(ask.PAGE, { slug: place.slug }, (page, dateMs) => {
      const variant = page && pick(page.variants, place.sku);
      if (variant !== null) return then(variant, dateMs);
      const what = place.sku === null ? '' : `, or no variant ${place.sku} on it`;
      throw new Error(`Vendure has no page ${place.slug}${what} (product ${productId}): set products.${productId}`);
    });
  }

  private signIn<T>(then: () => Conversation<T>): Conversation<T> {
    return query(this.api, this.caller, ask.SIGN_IN, this.credentials, (reply) => {
      const result = resultOf<{ type: string; message?: string }>(reply);
      if (result.type === SOMEBODY) return then();
      throw new Error(`Vendure does not let ${this.credentials.username} in: ${result.message ?? result.type}`);
    });
  }
}

/** Units that can be sold, over all locations. */
export function saleable(levels: readonly Level[]): number {
  return levels.reduce((sum, { stockOnHand, stockAllocated }) => sum + stockOnHand - stockAllocated, 0);
}

function isForbidden({ errors }: GraphReply): boolean {
  return errors[0]?.extensions?.code === 'FORBIDDEN';
}

function resultOf<R>({ status, data, errors }: GraphReply): R {
  if (errors.length > 0) throw new Error(`Vendure: ${errors[0].message}`);
  if (data === null) throw new Error(`Vendure answers ${status} without data`);
  return data.result as R;
}
