import { readFileSync } from 'node:fs';

const read = (name: string): string => readFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url), 'utf8');

/** For `localhost` and 127.0.0.1, signed by itself, good for a hundred years. */
export const HERE = { key: read('key.pem'), cert: read('cert.pem') };

/** The same for `shop.test`, which is nowhere. */
export const SHOP = { key: read('shop-key.pem'), cert: read('shop-cert.pem') };
