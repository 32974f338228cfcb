import type { VendureOptions } from './options.ts';

/** Where a product of the scenario is in the shop. */
export type Place =
  | { readonly slug: string; readonly sku: string | null }
  /** Without a page. */
  | { readonly variant: string };

/** `Object.hasOwn`: a product may be called `constructor`. */
export function placeOf({ products }: Pick<VendureOptions, 'products'>, productId: string): Place {
  const written = Object.hasOwn(products, productId) ? products[productId] : productId;
  if (typeof written === 'string') return { slug: written, sku: null };
  return 'variant' in written ? written : { slug: written.slug, sku: written.sku ?? null };
}

/** Of the variants of a page. */
export function pick<V extends { readonly sku: string }>(variants: readonly V[], sku: string | null): V | null {
  return (sku === null ? variants[0] : variants.find((variant) => variant.sku === sku)) ?? null;
}
