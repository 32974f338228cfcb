/** Units and money are whole numbers, times are epoch ms with fractions. Nothing here keeps stock above 0: that is for the ways of `take.ts`. */
export const TABLES = `
  CREATE SEQUENCE IF NOT EXISTS ids;
  CREATE SEQUENCE IF NOT EXISTS versions;
  CREATE TABLE IF NOT EXISTS shows (
    currency text NOT NULL,
    hold_ms double precision NOT NULL
  );
  CREATE TABLE IF NOT EXISTS products (
    id text PRIMARY KEY,
    place int NOT NULL,
    title text NOT NULL,
    price_minor bigint NOT NULL,
    per_buyer bigint,
    coupon_code text,
    coupon_percent double precision,
    left_units bigint NOT NULL,
    stocked bigint NOT NULL,
    open boolean NOT NULL,
    drop_number int NOT NULL DEFAULT 0,
    -- Null: the drop has no limit of its own.
    drop_left bigint
  );
  CREATE TABLE IF NOT EXISTS takers (
    product text,
    viewer text,
    units bigint NOT NULL,
    PRIMARY KEY (product, viewer)
  );
  CREATE TABLE IF NOT EXISTS holds (
    cart text PRIMARY KEY,
    number bigint NOT NULL,
    viewer text NOT NULL,
    product text NOT NULL,
    drop_number int NOT NULL,
    units bigint NOT NULL,
    amount_minor bigint NOT NULL,
    state text NOT NULL,
    expires_at double precision NOT NULL,
    order_id text UNIQUE,
    order_number bigint,
    ordered_at double precision,
    -- A payment is at the gateway; if its instance dies, the order is free again then.
    paying_until double precision,
    payment_id text,
    refund_id text
  );
  CREATE INDEX IF NOT EXISTS holds_due ON holds (GREATEST(expires_at, paying_until))
    WHERE state IN ('carted', 'pending');
  CREATE TABLE IF NOT EXISTS payments (
    id text PRIMARY KEY,
    number bigint NOT NULL,
    order_id text NOT NULL,
    amount_minor bigint NOT NULL,
    status text NOT NULL,
    at double precision NOT NULL
  );
  CREATE TABLE IF NOT EXISTS movements (
    number bigserial PRIMARY KEY,
    product text NOT NULL,
    kind text NOT NULL,
    units bigint NOT NULL,
    ref text NOT NULL,
    at double precision NOT NULL
  );
  CREATE TABLE IF NOT EXISTS keys (
    operation text,
    key text,
    fingerprint text NOT NULL,
    -- JSON; null while the first request is under way.
    result text,
    PRIMARY KEY (operation, key)
  );
  CREATE TABLE IF NOT EXISTS cues (id text PRIMARY KEY);
`;

export const CLEAR = 'TRUNCATE shows, products, takers, holds, payments, movements, keys, cues';

export interface HoldRow {
  readonly cart: string;
  readonly viewer: string;
  readonly product: string;
  readonly drop_number: number;
  readonly units: number;
  readonly amount_minor: number;
  readonly state: 'carted' | 'expired' | 'pending' | 'paid' | 'refunded' | 'cancelled';
  readonly expires_at: number;
  readonly order_id: string | null;
  readonly ordered_at: number | null;
  readonly paying_until: number | null;
  readonly payment_id: string | null;
  readonly refund_id: string | null;
}

/** It was to end by now, and nobody has ended it yet; with a payment at the gateway it has longer. */
export function isOver({ state, expires_at, paying_until }: HoldRow, nowMs: number): boolean {
  return (state === 'carted' || state === 'pending') && Math.max(expires_at, paying_until ?? expires_at) <= nowMs;
}

export interface ProductRow {
  readonly id: string;
  readonly title: string;
  readonly price_minor: number;
  readonly per_buyer: number | null;
  readonly coupon_code: string | null;
  readonly coupon_percent: number | null;
  readonly left_units: number;
  readonly stocked: number;
  readonly open: boolean;
  readonly drop_number: number;
  readonly drop_left: number | null;
}
