import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plain, TABLE_NAMES, TABLES } from '../../bin/audit/tables.ts';
import { formatProblem } from '../../bin/fail.ts';
import { readText } from '../tidy/files.ts';
import { auditRig, booksOf, errorOf, ORDERS, PAYMENTS, STOCK, type AuditRig } from './audit-rig.ts';

let rig: AuditRig;
beforeAll(() => void (rig = auditRig({})));
afterAll(() => rig.end());

const FIRST = {
  id: 'A1',
  buyerId: 'fans-1',
  productId: 'mug',
  units: 1,
  amountMinor: 500,
  status: 'paid',
  atEpochMs: Date.UTC(2026, 10, 27, 20, 0, 1),
};

/** What is said of a file of orders, a line a problem, without the folder. */
async function saidOf(
  orders: string,
  ...rest: Parameters<typeof booksOf> extends [unknown, ...infer R] ? R : never
): Promise<string[]> {
  const error = await errorOf(booksOf({ orders: rig.write('orders.csv', orders) }, ...rest));
  expect(error).toMatchObject({ code: 'BOOKS_INVALID', exitCode: 104 });
  return error.problems.map((problem) => formatProblem(problem).replace(`${rig.dir}/`, ''));
}

describe('orders in CSV', () => {
  it.each([
    ['commas', ORDERS],
    ['semicolons', ORDERS.replaceAll(',', ';')],
    ['tabs', ORDERS.replaceAll(',', '\t')],
    ['a byte order mark', `\uFEFF${ORDERS}`],
    ['line breaks of Windows', ORDERS.replaceAll('\n', '\r\n')],
    ['quotes', ORDERS.replaceAll(/[^,\n]+/g, '"$&"')],
    ['no line break at the end', ORDERS.trimEnd()],
    ['empty lines', ORDERS.replaceAll('\n', '\n\n')],
    ['blanks around cells', ORDERS.replaceAll(',', ' , ')],
    [
      'columns that nobody needs',
      ORDERS.replaceAll(/$/gm, ',"a, ""b""').replaceAll(/^,.*$/gm, '').replaceAll('b""', 'b"""'),
    ],
  ])('are read with %s', async (_, text) => {
    const { books } = await booksOf({ orders: rig.write('export.csv', text) });
    expect(books.orders).toHaveLength(3);
    expect(books.orders[0]).toEqual(FIRST);
  });

  it('may have other names for their columns', async () => {
    const header = 'Order ID,Customer ID,SKU,Quantity,Total,Financial Status,Created at';
    const { books, notes } = await booksOf({ orders: rig.write('export.csv', ORDERS.replace(/.*/, header)) });
    expect(books.orders[0]).toEqual(FIRST);
    expect(notes.join()).toContain('buyer from "Customer ID"');
  });

  it('may be none', async () => {
    const { books } = await booksOf({ orders: rig.write('export.csv', ORDERS.split('\n')[0]) });
    expect(books.orders).toEqual([]);
  });

  it('need no time', async () => {
    const { books } = await booksOf({ orders: rig.write('export.csv', ORDERS.replaceAll(/,[^,]*$/gm, '')) });
    expect(books.orders[0]).toEqual({ ...FIRST, atEpochMs: null });
  });

  it('that do not say the zone of their times are counted', async () => {
    const { books, notes } = await booksOf({ orders: rig.write('export.csv', ORDERS.replaceAll('Z', '')) });
    expect(books.orders[0]).toEqual(FIRST);
    expect(notes.join()).toContain('3 times without a zone read as UTC');
  });

  it('in a file of another name are known by how it begins', async () => {
    const { books } = await booksOf({ orders: rig.write('export.txt', ORDERS) });
    expect(books.orders[0]).toEqual(FIRST);
  });
});

describe('orders in NDJSON', () => {
  const order = { id: 'A1', customer: { ref: 'fans-1' }, product: 'mug', units: 1, amount: 500, status: 'paid' };
  const lines = `${JSON.stringify(order)}\n\n${JSON.stringify({ ...order, id: 17, created_at: '2026-11-27T20:00:01Z' })}\n`;
  const map = ['orders.buyer=customer.ref'];

  it.each(['export.ndjson', 'export.jsonl', 'export'])(
    'are read from %s, with keys within keys, and keys that are not in each line',
    async (name) => {
      const { books } = await booksOf({ orders: rig.write(name, `\uFEFF${lines}`) }, { map });
      expect(books.orders).toEqual([
        { ...FIRST, atEpochMs: null },
        { ...FIRST, id: '17' },
      ]);
    },
  );

  it('may be none', async () => {
    expect((await booksOf({ orders: rig.write('export.ndjson', '') })).books.orders).toEqual([]);
  });

  it('that are broken are named by line', async () => {
    const text = `${lines}{"id":\n[1]\n${JSON.stringify(order).replace('"A1"', '12345678901234567890')}\n`;
    const error = await errorOf(booksOf({ orders: rig.write('export.ndjson', text) }, { map }));
    expect(error.problems.map(({ line, message }) => [line, message])).toEqual([
      [4, 'is no JSON'],
      [5, 'is no JSON object'],
      [6, '"id" is too large for a number: write it as text'],
    ]);
  });

  it('as one array say what is expected', async () => {
    const error = await errorOf(booksOf({ orders: rig.write('export.jsonl', `[${JSON.stringify(order)}]`) }));
    expect(error.problems[0]).toMatchObject({
      message: 'is one JSON array',
      expected: expect.stringContaining('jq -c'),
    });
  });
});

describe('the mapping', () => {
  const OWN = ORDERS.replace('buyer', 'customer email').replace('amount', 'grand');

  it('says which column a field is', async () => {
    const map = ['orders.buyer=customer email', 'orders.amount=grand'];
    expect((await booksOf({ orders: rig.write('export.csv', OWN) }, { map })).books.orders[0]).toEqual(FIRST);
  });

  it('may stand in a file, and the command line comes first', async () => {
    const mapFile = rig.write(
      'map.yaml',
      'orders:\n  buyer: customer email\n  amount: units\norders.id: order_id\npayments.id: pid\n',
    );
    const map = ['orders.amount=grand'];
    expect((await booksOf({ orders: rig.write('export.csv', OWN) }, { map, mapFile })).books.orders[0]).toEqual(FIRST);
  });

  it('must name fields that there are, and no field twice', async () => {
    const map = ['orders.buyr=a', 'order.id=a', 'orders.id', 'orders.id=a', 'orders.id=b'];
    const error = await errorOf(booksOf({ orders: 'none.csv' }, { map }));
    expect(error.code).toBe('BAD_USAGE');
    expect(error.problems.map(formatProblem)).toEqual([
      expect.stringContaining('there is no field "orders.buyr", expected orders.id, orders.buyer,'),
      expect.stringContaining('did you mean "orders.id"?'),
      expect.stringContaining('names no column'),
      expect.stringContaining('orders.id has the column "a" already'),
    ]);
    expect(formatProblem(error.problems[0])).toContain('did you mean "orders.buyer"?');
  });

  it('of a file is refused with its place', async () => {
    const wrong = await errorOf(
      booksOf({ orders: 'none.csv' }, { mapFile: rig.write('map.yaml', 'orders:\n  buyr: a\n  id: [a]\n') }),
    );
    expect(wrong.problems.map(({ path }) => path)).toEqual(['orders.buyr', 'orders.id']);
    const broken = await errorOf(booksOf({ orders: 'none.csv' }, { mapFile: rig.write('map.yaml', 'orders: {\n') }));
    expect(broken).toMatchObject({ code: 'BOOKS_INVALID', problems: [{ line: expect.any(Number) }] });
    const none = await errorOf(booksOf({ orders: 'none.csv' }, { mapFile: 'none.yaml' }));
    expect(none.problems[0].message).toBe('there is no such file');
  });

  it('of a table that is not there is a mistake', async () => {
    expect(await saidOf(ORDERS, { map: ['payments.id=pid'] })).toEqual([
      '--payments  the options speak of payments, but no file of them is given',
    ]);
  });

  it('names the columns that are there when one is not, and the option to write', async () => {
    expect(await saidOf(OWN, { map: ['orders.product=produkt'] })).toEqual([
      'orders.csv:1  orders.product: there is no column "produkt", expected one of order_id, customer email, product, units, grand, status, created_at, did you mean "product"?',
      'orders.csv:1  no column is known as orders.buyer, orders.amount; there are order_id, customer email, product, units, grand, status, created_at, say --map orders.buyer=<column> --map orders.amount=<column>',
    ]);
  });

  it('must not be of a column that is there twice', async () => {
    expect(await saidOf(ORDERS.replace('created_at', 'status'))).toContainEqual(
      'orders.csv:1  orders.status: there are several columns "status", expected one',
    );
  });
});

describe('status words', () => {
  it('of many shops are known, in any case', async () => {
    const words = ['PaymentSettled', 'CAPTURED', 'Completed', 'not_paid', 'Voided', 'refunded'];
    const rows = words.map((word, i) => `A${i},fans-1,mug,1,500,${word}`).join('\n');
    const { books } = await booksOf({
      orders: rig.write('export.csv', `id,buyer,product,units,amount,status\n${rows}`),
    });
    expect(books.orders.map(({ status }) => status)).toEqual([
      'paid',
      'paid',
      'paid',
      'pending',
      'cancelled',
      'refunded',
    ]);
  });

  it('that nobody knows are listed once each, with their count', async () => {
    const text = ORDERS.replace('500,paid', '500,Shipped').replaceAll('500,paid', '500,Ful filled');
    expect(await saidOf(text)).toEqual([
      'orders.csv:3  orders.status: unknown word "Ful filled" in "status" (2 rows), expected pending, paid, refunded, cancelled, say what it means: --status \'STATUS=Ful filled\', where STATUS is one of those',
      'orders.csv:2  orders.status: unknown word "Shipped" in "status" (1 row), expected pending, paid, refunded, cancelled, say what it means: --status STATUS=Shipped, where STATUS is one of those',
    ]);
  });

  it('can be told', async () => {
    const files = {
      orders: rig.write('orders.csv', ORDERS.replace('500,paid', '500,Shipped')),
      payments: rig.write('payments.csv', PAYMENTS.replace('captured', 'OK')),
    };
    const { books } = await booksOf(files, { status: ['paid=fulfilled,shipped', 'payments.captured=ok'] });
    expect(books.orders[0].status).toBe('paid');
    expect(books.payments?.[0].status).toBe('captured');
  });

  it('must be told of a status that there is', async () => {
    const error = await errorOf(booksOf({ orders: 'none.csv' }, { status: ['payed=x', 'paid=', 'payments.paid=x'] }));
    expect(error.code).toBe('BAD_USAGE');
    expect(error.problems.map(formatProblem)).toEqual([
      expect.stringContaining('there is no status "payed", expected pending, paid, refunded, cancelled'),
      expect.stringContaining('names no word'),
      expect.stringContaining('there is no status "payments.paid", expected captured, declined, refunded'),
    ]);
  });
});

describe('values', () => {
  it('that are wrong are all named, with line, field and column', async () => {
    const text = 'id,buyer,product,units,amount,status,at\nA1,,mug,two,5.00,paid,soon\n,fans-2,mug,1,500,paid,\n';
    expect(await saidOf(text)).toEqual([
      'orders.csv:2  orders.buyer: "buyer" is empty',
      'orders.csv:2  orders.units: "units" says "two", expected a whole number of units',
      'orders.csv:2  orders.amount: "amount" says "5.00", expected a whole number of the minor unit (cents), --money major reads amounts such as 12.50',
      expect.stringContaining('orders.csv:2  orders.at: "at" says "soon", expected a time'),
      'orders.csv:3  orders.id: "id" is empty',
    ]);
  });

  it('may be amounts in the currency itself', async () => {
    const file = rig.write('export.csv', ORDERS.replaceAll('500', '5.00'));
    expect((await booksOf({ orders: file }, { majorDigits: 2 })).books.orders[0]).toEqual(FIRST);
  });

  it('of an order id that stands twice are refused: one line for each order', async () => {
    expect(await saidOf(ORDERS.replace('A2', 'A1'))).toEqual([
      'orders.csv:3  orders.id: "A1" stands in line 2 already, expected one line for each order',
    ]);
  });

  it('beyond the first twenty are counted, and no file hides the other', async () => {
    const orders = rig.write(
      'orders.csv',
      `id,buyer,product,units,amount,status\n${'A,,mug,1,500,paid\n'.repeat(1000)}`,
    );
    const error = await errorOf(
      booksOf({ orders, stock: rig.write('stock.csv', 'product,left\nmug,many\n'), payments: 'none.csv' }),
    );
    const said = error.problems.map(formatProblem);
    expect(error.message).toContain('2001 problems in 3 files'.replace('2001', '2,001'));
    expect(said.length).toBeLessThanOrEqual(21);
    expect(said).toContainEqual(expect.stringContaining('and 1,993 more problems'));
    expect(said).toContainEqual(expect.stringContaining('stock.left: "left" says "many"'));
    expect(said).toContainEqual('none.csv  there is no such file');
  });
});

describe('files', () => {
  it('with a line of another length name it', async () => {
    expect(await saidOf(ORDERS.replace('A2,fans-2', 'A2,"fans,2",x'))).toEqual([
      'orders.csv:3  has 8 cells, expected 7, as the header has',
    ]);
  });

  it('with a quote that does not end say where', async () => {
    const [said] = await saidOf(ORDERS.replace('fans-2', '"fans-2'));
    expect(said).toMatch(/^orders\.csv:\d.*[Qq]uote/);
  });

  it('that are no tables are refused', async () => {
    expect(await saidOf('')).toEqual(['orders.csv  is empty, expected a header line']);
    expect(await saidOf(Buffer.from(ORDERS, 'utf16le').toString('latin1'))).toEqual([
      'orders.csv  is not text in UTF-8, expected CSV or NDJSON in UTF-8',
    ]);
    expect((await errorOf(booksOf({ orders: rig.dir }))).problems[0].message).toBe('is no file');
  });
});

it('all tables make the books; what was not exported is null', async () => {
  const files = {
    orders: rig.write('orders.csv', ORDERS),
    stock: rig.write('stock.csv', STOCK.replace(',3,', ',,')),
    payments: rig.write('payments.csv', PAYMENTS),
    reservations: rig.write('holds.csv', 'id,buyer,product,units,expires_at,status\nR1,fans-1,mug,1,1795809630,sold\n'),
    movements: rig.write(
      'movements.tsv',
      'product\ttype\tquantity\ttime\nmug\treserve\t-1\t1795809601\nmug\tinitial\t10\t1795809000\n',
    ),
  };
  const { books } = await booksOf(files);
  expect(books.products).toEqual([{ id: 'mug', stockedUnits: 10, leftUnits: 7, soldUnits: null, heldUnits: 0 }]);
  expect(books.payments?.[0]).toEqual({
    id: 'P-A1',
    orderId: 'A1',
    amountMinor: 500,
    status: 'captured',
    atEpochMs: null,
  });
  expect(books.reservations).toEqual([
    { id: 'R1', buyerId: 'fans-1', productId: 'mug', units: 1, expiresAtEpochMs: 1_795_809_630_000, status: 'sold' },
  ]);
  expect(books.movements?.map(({ kind, units }) => [kind, units])).toEqual([
    ['initial', 10],
    ['reserve', -1],
  ]);
  const alone = await booksOf({ orders: files.orders });
  expect(alone.books).toMatchObject({
    products: null,
    payments: null,
    reservations: null,
    movements: null,
    rooms: null,
  });
});

it('docs/audit.md names every field and every status word', () => {
  const quoted = [...readText('docs/audit.md').matchAll(/`([^`\n]+)`/g)].map(([, text]) => text);
  const fields = TABLE_NAMES.flatMap((table) => Object.keys(TABLES[table].fields).map((field) => `${table}.${field}`));
  expect(fields.filter((field) => !quoted.includes(field))).toEqual([]);
  const words = TABLE_NAMES.flatMap((table) =>
    Object.entries<readonly string[]>(TABLES[table].words).flatMap(([status, usual]) => [status, ...usual]),
  );
  const known = quoted.map(plain);
  expect(words.filter((word) => !known.includes(plain(word)))).toEqual([]);
});

it('docs/audit.md takes payments of the orders that it takes, and of no others', () => {
  const queries = readText('docs/audit.md').split('\\copy (');
  const [orders, payments] = ['orders o join', 'payments p join orders o'].map((from) =>
    queries.find((query) => query.includes(`from ${from}`)),
  );
  const whereOf = (query?: string): string | undefined => /where .*/.exec(query ?? '')?.[0];
  expect(whereOf(orders)).toContain('external_ref');
  expect(whereOf(payments)).toBe(whereOf(orders));
});
