/** What placeholders stand for. */

import type { TargetViewer } from '../target.ts';
import type { Values } from './template.ts';

/** Names of the scenario, and what they are called by the backend. What is not named is called the same. */
export type ProductNames = Readonly<Record<string, string>>;

/** Of a viewer. `tokenOf`: makes `{{token}}`; asked only where a template names it. */
export function viewerValues(viewer: TargetViewer, tokenOf?: (viewer: TargetViewer) => string): Values {
  const { account, session, roomId } = viewer;
  return {
    viewer,
    account,
    session,
    room: roomId,
    get token() {
      return tokenOf?.(viewer);
    },
  };
}

/** With more values, of the occasion. */
export function withValues(values: Values, more: Values): Values {
  // Not spread: that would make a token for templates that name none.
  return Object.assign(Object.create(values) as Record<string, unknown>, more);
}

/** From the scenario's name of a product to the backend's. */
export function theirName(products: ProductNames | undefined): (name: string) => string {
  return (name) => (products !== undefined && Object.hasOwn(products, name) ? products[name] : name);
}

/** From the backend's name of a product to the scenario's. */
export function ourName(products: ProductNames | undefined): (name: string) => string {
  const names = new Map(Object.entries(products ?? {}).map(([ours, theirs]) => [theirs, ours]));
  return (name) => names.get(name) ?? name;
}
