import type { StubOptions } from '../../server-stub/index.ts';
import type { ShowRequest } from '../../server-stub/protocol.ts';
import type { FaultName } from '../../server-stub/faults/catalog.ts';
import { Rig, SHOW, type Answer } from './helpers.ts';

/** Plenty for everybody, a coupon, and a limit on one product. */
export const FAULT_SHOW: ShowRequest = {
  ...SHOW,
  products: [
    { id: 'serum', title: 'Serum', priceMinor: 2900, stock: 5, perBuyer: null },
    { id: 'balm', title: 'Balm', priceMinor: 1000, stock: 50, perBuyer: 2, coupon: { code: 'LIVE', percentOff: 10 } },
    { id: 'mask', title: 'Mask', priceMinor: 1500, stock: 10, perBuyer: null, open: false },
  ],
};

/** A shop that breaks in these ways, and what a buyer does in it. */
export class FaultRig {
  readonly rig: Rig;
  private keys = 0;

  private constructor(rig: Rig) {
    this.rig = rig;
  }

  static async start(faults: StubOptions['faults'], options: StubOptions = {}, show = FAULT_SHOW): Promise<FaultRig> {
    return new FaultRig(await Rig.start({ faults, ...options }, show));
  }

  close(): Promise<void> {
    return this.rig.close();
  }

  set(faults: Partial<Record<FaultName, number | null>>): Promise<Answer> {
    return this.rig.admin('PUT', '/admin/faults', { faults });
  }

  /** By name, of all that are on. */
  async counts(): Promise<Record<string, number>> {
    const { body } = await this.rig.admin('GET', '/admin/faults');
    return Object.fromEntries(body.faults.map(({ name, count }: { name: string; count: number }) => [name, count]));
  }

  cart(viewer: string, product = 'serum', { units = 1, key, coupon }: CartOptions = {}): Promise<Answer> {
    return this.post('/carts', { viewer, product, units, coupon }, key);
  }

  checkout(viewer: string, cart: string): Promise<Answer> {
    return this.post('/checkouts', { viewer, cart });
  }

  pay(viewer: string, order: string, key = `key-${++this.keys}`): Promise<Answer> {
    return this.post('/payments', { viewer, order, card: 'tok_good' }, key);
  }

  refund(order: string): Promise<Answer> {
    return this.post('/refunds', { order }, `refund-${order}`);
  }

  /** @returns the id of an order that waits for payment. */
  async order(viewer: string, product = 'serum', units = 1): Promise<string> {
    const made = await this.cart(viewer, product, { units });
    return (await this.checkout(viewer, made.body.cart)).body.order;
  }

  private post(path: string, body: unknown, key?: string): Promise<Answer> {
    return this.rig.request('POST', path, body, key === undefined ? {} : { 'idempotency-key': key });
  }
}

interface CartOptions {
  readonly units?: number;
  readonly key?: string;
  readonly coupon?: string;
}
