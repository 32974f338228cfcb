import { z } from 'zod';

const product = z.union([
  z.string().min(1).describe('Slug of its page; the variant is the only one, or the first'),
  z.strictObject({
    slug: z.string().min(1).describe('Slug of its page'),
    sku: z.string().min(1).optional().describe('Which variant of the page. Default: the first'),
  }),
  z.strictObject({
    variant: z
      .string()
      .min(1)
      .describe('Id of a variant. It has no page: nobody views it, and its price is told by the cart'),
  }),
]);

const address = z.strictObject({
  streetLine1: z.string().min(1).describe('Street and number'),
  city: z.string().min(1).describe('City'),
  postalCode: z.string().min(1).describe('Postal code'),
  countryCode: z.string().length(2).describe('Country that the shop ships to, by ISO 3166: `DE`'),
  province: z.string().optional().describe('Province or state'),
});

const admin = z.strictObject({
  username: z.string().min(1).describe('Who may read orders and stock, and change stock: `superadmin`'),
  password: z.string().min(1).describe('From the environment: `${VENDURE_PASSWORD}`'),
});

const metadata = z.record(z.string(), z.json());

export const vendureOptions = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe('`https://shop.example.com`, without a path'),
  shopPath: z.string().startsWith('/').default('/shop-api').describe('Path of the shop API'),
  adminPath: z.string().startsWith('/').default('/admin-api').describe('Path of the admin API'),
  channel: z.string().min(1).optional().describe('Token of the channel. Default: the default channel'),
  products: z
    .record(z.string(), product)
    .default({})
    .describe('Products of the scenario, and where they are in the shop. Default: the page with the id as its slug'),
  paymentMethod: z.string().min(1).default('dummy').describe('Code of the way to pay'),
  paymentMetadata: metadata.default({}).describe('What the way to pay wants to know of a good card'),
  declinedMetadata: metadata.default({ shouldDecline: true }).describe('The same of a card that is declined'),
  arrange: z
    .enum(['checkout', 'pay'])
    .default('checkout')
    .describe(
      'When the order goes to ArrangingPayment, where Vendure looks at the stock once more: at the end of the checkout, as its storefronts do, or just before the payment, as a checkout on one page does',
    ),
  address: address
    .default({ streetLine1: 'Teststrasse 1', city: 'Berlin', postalCode: '10115', countryCode: 'DE' })
    .describe('Where every parcel goes'),
  shippingMethod: z
    .string()
    .min(1)
    .optional()
    .describe('Code of the shipping method. Default: the first that is eligible'),
  emailDomain: z
    .string()
    .min(1)
    .default('flashcrowd.invalid')
    .describe('Buyers are guests `<viewer id>@<this>`. Mail to `.invalid` reaches nobody'),
  admin: admin.optional().describe("For the shop's books and for `manageStock`. Without it there are no books"),
  manageStock: z
    .boolean()
    .default(false)
    .describe(
      'The host may change the shop: before the show it sets the stock and enables the products, restocks add to it, drops and closes enable and disable. Without it the scenario must say what is in stock',
    ),
  exclusive: z
    .boolean()
    .default(false)
    .describe('Nobody else buys in this shop during the run: every order that no viewer made is a finding'),
});

export type VendureOptions = z.output<typeof vendureOptions>;
