/**
 * A real Vendure for the tests of flashcrowd: guests check out, a dummy payment settles at once, stock is counted.
 *
 *     node server.mjs --products '[{"id":"serum","title":"Glow serum","priceMinor":1990,"stock":20}]' [--database postgres://...] [--lock]
 *
 * Says `{"url":"http://127.0.0.1:..."}` on one line when it is ready. The database must be empty; without one it is sql.js, in memory.
 * `--lock` puts in what row-lock.mjs does. The administrator is `superadmin` with the password in VENDURE_PASSWORD.
 */
import { parseArgs } from 'node:util';
import {
  bootstrap,
  ChannelService,
  CurrencyCode,
  DefaultLogger,
  dummyPaymentHandler,
  LanguageCode,
  LogLevel,
  ProductService,
  ProductVariantService,
  PromotionService,
  RequestContextService,
  TransactionalConnection,
} from '@vendure/core';
import { populateInitialData } from '@vendure/core/cli/index.js';
import { rowLock } from './row-lock.mjs';

const { values: given } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    products: { type: 'string', default: '[]' },
    database: { type: 'string' },
    currency: { type: 'string', default: 'EUR' },
    shipping: { type: 'string', default: '0' },
    lock: { type: 'boolean', default: false },
  },
});

// It would tell its makers of every shop that a test starts.
process.env.VENDURE_DISABLE_TELEMETRY = 'true';
// Times in the database are local.
process.env.TZ = 'UTC';

const app = await bootstrap({
  apiOptions: { hostname: '127.0.0.1', port: Number(given.port), adminApiPath: 'admin-api', shopApiPath: 'shop-api' },
  authOptions: {
    tokenMethod: ['bearer'],
    superadminCredentials: { identifier: 'superadmin', password: process.env.VENDURE_PASSWORD ?? 'superadmin' },
  },
  dbConnectionOptions: { ...database(given.database), synchronize: true, logging: false },
  paymentOptions: {
    paymentMethodHandlers: [dummyPaymentHandler],
    paymentMethodEligibilityCheckers: given.lock ? [rowLock] : [],
  },
  logger: new DefaultLogger({ level: LogLevel.Error, timestamp: false }),
});
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(0));

await populate(JSON.parse(given.products));
console.log(JSON.stringify({ url: `http://127.0.0.1:${app.getHttpServer().address().port}` }));

function database(url) {
  if (url === undefined) return { type: 'sqljs', autoSave: false };
  // A transaction that waits for a row keeps its connection, and the one that holds the row may need a second.
  return { type: 'postgres', url, extra: { max: 60 } };
}

/** One country, one tax, one shipping method, one way to pay, and the products. */
async function populate(products) {
  await populateInitialData(app, {
    defaultLanguage: LanguageCode.en,
    defaultZone: 'Europe',
    countries: [{ code: 'DE', name: 'Germany', zone: 'Europe' }],
    taxRates: [{ name: 'Standard', percentage: 19 }],
    shippingMethods: [{ name: 'Parcel', price: Number(given.shipping), taxRate: 0 }],
    paymentMethods: [
      {
        name: 'dummy',
        handler: { code: dummyPaymentHandler.code, arguments: [{ name: 'automaticSettle', value: 'true' }] },
      },
    ],
    collections: [],
  });
  const ctx = await app.get(RequestContextService).create({ apiType: 'admin' });
  const currency = CurrencyCode[given.currency];
  await app.get(ChannelService).update(ctx, {
    id: ctx.channelId,
    pricesIncludeTax: true,
    availableCurrencyCodes: [currency],
    defaultCurrencyCode: currency,
  });
  if (given.lock) await takeRowLock(ctx);
  // Read again: prices are in its currency and its tax zone.
  const channel = await app.get(ChannelService).getDefaultChannel();
  const shop = await app.get(RequestContextService).create({ apiType: 'admin', channelOrToken: channel });
  for (const product of products) await addProduct(shop, product);
}

async function takeRowLock(ctx) {
  const repository = app.get(TransactionalConnection).getRepository(ctx, 'PaymentMethod');
  await repository.update({ code: 'dummy' }, { checker: { code: rowLock.code, args: [] } });
}

async function addProduct(ctx, { id, title, priceMinor, stock, coupon }) {
  const translations = [{ languageCode: LanguageCode.en, name: title, slug: id, description: '' }];
  const product = await app.get(ProductService).create(ctx, { enabled: true, translations });
  await app.get(ProductVariantService).create(ctx, [
    {
      productId: product.id,
      enabled: true,
      sku: id,
      price: priceMinor,
      stockOnHand: stock,
      trackInventory: 'TRUE',
      translations: [{ languageCode: LanguageCode.en, name: title }],
    },
  ]);
  if (coupon) await addCoupon(ctx, coupon);
}

async function addCoupon(ctx, { code, percentOff }) {
  await app.get(PromotionService).createPromotion(ctx, {
    enabled: true,
    couponCode: code,
    conditions: [],
    actions: [{ code: 'order_percentage_discount', arguments: [{ name: 'discount', value: String(percentOff) }] }],
    translations: [{ languageCode: LanguageCode.en, name: code }],
  });
}
