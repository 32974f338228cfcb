import { LanguageCode, PaymentMethodEligibilityChecker, StockLevel, TransactionalConnection } from '@vendure/core';

let connection;

/**
 * What Vendure leaves out. It looks at the stock when an order begins to arrange its payment, and takes the units when the payment has
 * been settled, by reading, adding and writing, without a lock: buyers in between are not seen, and counts get lost. Here the rows of the
 * stock are locked before anything is charged, looked at again, and stay locked until the payment's transaction has ended, which takes
 * the units. A shop would put this in as a plugin.
 */
export const rowLock = new PaymentMethodEligibilityChecker({
  code: 'stock-row-lock',
  description: [{ languageCode: LanguageCode.en, value: 'Locks the stock of the order until it is paid' }],
  args: {},
  init(injector) {
    connection = injector.get(TransactionalConnection);
  },
  async check(ctx, order) {
    const wanted = new Map();
    for (const { productVariant, quantity } of order.lines) {
      wanted.set(productVariant.id, (wanted.get(productVariant.id) ?? 0) + quantity);
    }
    const levels = await lockedLevels(ctx, [...wanted.keys()]);
    for (const [variantId, quantity] of wanted) {
      const saleable = levels
        .filter(({ productVariantId }) => productVariantId === variantId)
        .reduce((sum, { stockOnHand, stockAllocated }) => sum + stockOnHand - stockAllocated, 0);
      if (saleable < quantity) return 'Insufficient stock';
    }
    return true;
  },
});

/** Always in the same order, so that two orders of the same products cannot wait for each other. */
function lockedLevels(ctx, variantIds) {
  const query = connection
    .getRepository(ctx, StockLevel)
    .createQueryBuilder('level')
    .where('level.productVariantId IN (:...variantIds)', { variantIds })
    .orderBy('level.id');
  // sql.js has one connection, and one transaction at a time.
  if (connection.rawConnection.options.type === 'postgres') query.setLock('pessimistic_write');
  return query.getMany();
}
