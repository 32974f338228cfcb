import type { StockMovement } from '../../server-stub/protocol.ts';
import type { PaymentAttempt, ShopBooks, StockLevel, Store } from '../../server-stub/store.ts';

const PER_BUYER = 3;
const HOLD_MS = 400;
const PRODUCTS = ['serum', 'mask'];
const VIEWERS = ['ann', 'bo', 'cy', 'di', 'ed'];

export interface Walk {
  /** What was wrong after the first step that left something wrong. */
  readonly problems: readonly string[];
  readonly captured: number;
  readonly refunded: number;
  readonly cancelled: number;
}

/** Does `steps` random things to an empty store, and checks its books after each. `advance` moves its clock. */
export async function randomWalk(
  store: Store,
  seed: number,
  steps: number,
  advance: (ms: number) => void,
): Promise<Walk> {
  const below = generator(seed);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)];
  const levels = new Map<string, StockLevel>();
  store.watchStock((level) => levels.set(level.product, level));
  await store.setShow({
    rooms: ['main'],
    currency: 'EUR',
    holdMs: HOLD_MS,
    products: PRODUCTS.map((id) => ({ id, title: id, priceMinor: 500, stock: 12, perBuyer: PER_BUYER })),
  });
  const carts: { cart: string; viewer: string }[] = [];
  const orders: { order: string; viewer: string }[] = [];
  const attempts: PaymentAttempt[] = [];
  // Few keys, so that many are used again: for the same request, for another one, while the first is under way.
  const key = () => `key-${below(200)}`;

  const actions: (() => Promise<unknown>)[] = [
    async () => {
      const viewer = pick(VIEWERS);
      const made = await store.reserve({
        viewer,
        product: pick(PRODUCTS),
        units: 1 + below(3),
        key: pick([key(), undefined]),
      });
      if (made.ok) carts.push({ cart: made.value.cart, viewer });
    },
    async () => {
      if (carts.length === 0) return;
      const { cart, viewer } = pick(carts.slice(-4));
      const made = await store.checkout({ viewer, cart, key: pick([key(), undefined]) });
      if (made.ok) orders.push({ order: made.value.order, viewer });
    },
    async () => {
      if (orders.length === 0) return;
      const start = await store.beginPayment({ ...pick(orders.slice(-4)), card: 'tok_good', key: key() });
      if (start.state === 'charge') attempts.push(start.attempt);
    },
    async () => {
      const [attempt] = attempts.splice(below(attempts.length + 1), 1);
      if (attempt !== undefined) await store.settlePayment(attempt, below(4) === 0 ? 'declined' : 'captured');
    },
    async () => (orders.length > 0 && below(2) === 0 ? store.refund({ order: pick(orders).order, key: key() }) : null),
    async () => advance(below(HOLD_MS / 2)),
    async () => store.releaseExpired(),
    async () => {
      const kind = pick(['drop', 'drop', 'drop', 'close', 'restock', 'price'] as const);
      const units = 1 + below(6);
      await store.applyCue({
        id: `cue-${below(500)}`,
        room: 'main',
        kind,
        product: pick(PRODUCTS),
        units,
        priceMinor: 100 * units,
      });
    },
  ];

  let problems: string[] = [];
  for (let step = 0; step < steps && problems.length === 0; step++) {
    const action = below(actions.length);
    await actions[action]();
    problems = [...balanceProblems(await store.books(), PER_BUYER), ...(await levelProblems(store, levels))];
    problems = problems.map((problem) => `step ${step}, action ${action}: ${problem}`);
  }
  const statuses = (await store.books()).orders.map((order) => order.status);
  return {
    problems,
    captured: statuses.filter((status) => status === 'paid').length,
    refunded: statuses.filter((status) => status === 'refunded').length,
    cancelled: statuses.filter((status) => status === 'cancelled').length,
  };
}

/** Every way in which the books contradict themselves, or the limit of a buyer. */
export function balanceProblems(books: ShopBooks, perBuyer = Number.POSITIVE_INFINITY): string[] {
  const problems: string[] = [];
  const check = (holds: boolean, problem: string): void => void (holds || problems.push(problem));
  for (const { id, stocked, sold, held, left } of books.products) {
    const moved = (...kinds: StockMovement['kind'][]): number =>
      sum(books.movements.filter((move) => move.product === id && kinds.includes(move.kind)).map((move) => move.units));
    const paid = books.orders.filter((order) => order.product === id && order.status === 'paid');
    check(left >= 0 && held >= 0, `${id}: left ${left}, held ${held}`);
    check(stocked === moved('initial', 'restock'), `${id}: stocked ${stocked}`);
    check(
      left === moved('initial', 'restock', 'reserve', 'release', 'refund'),
      `${id}: left ${left} is not what moved`,
    );
    check(left + held + sold === stocked, `${id}: ${left} left + ${held} held + ${sold} sold is not ${stocked}`);
    check(sold === sum(paid.map((order) => order.units)), `${id}: sold ${sold} is not what orders say`);
  }
  for (const { id, sold, held } of books.products) {
    const reserved = (wanted: string): number =>
      sum(books.reservations.filter((each) => each.product === id && each.status === wanted).map((each) => each.units));
    check(held === reserved('held'), `${id}: held ${held}, reservations say ${reserved('held')}`);
    check(sold === reserved('sold'), `${id}: sold ${sold}, reservations say ${reserved('sold')}`);
  }
  for (const order of books.orders) {
    const captured = books.payments.filter((payment) => payment.order === order.id && payment.status === 'captured');
    check(
      captured.length === (order.status === 'paid' ? 1 : 0),
      `${order.id}: ${order.status}, ${captured.length} captured`,
    );
    check(
      captured.every((payment) => payment.amountMinor === order.amountMinor),
      `${order.id}: wrong amount`,
    );
  }
  const bought = new Map<string, number>();
  for (const { viewer, product, units, status } of books.orders) {
    if (status !== 'paid' && status !== 'pending') continue;
    const total = (bought.get(`${viewer} ${product}`) ?? 0) + units;
    bought.set(`${viewer} ${product}`, total);
    check(total <= perBuyer, `${viewer} has ${total} of ${product}`);
  }
  return problems;
}

/** What the store pushed last must be what it answers. */
async function levelProblems(store: Store, levels: ReadonlyMap<string, StockLevel>): Promise<string[]> {
  const problems: string[] = [];
  for (const [id, pushed] of levels) {
    const answer = await store.product(id);
    if (!answer.ok || answer.value.left !== pushed.left || answer.value.open !== pushed.open) {
      problems.push(`${id}: pushed ${JSON.stringify(pushed)}, answered ${JSON.stringify(answer)}`);
    }
  }
  return problems;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** Seeded integers from 0 to below `n` (mulberry32). */
function generator(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  };
}
