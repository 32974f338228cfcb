import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePort, ServerProcess } from './server-process.ts';

const FOLDER = fileURLToPath(new URL('../vendure', import.meta.url));

/** What `test/vendure/server.mjs` puts on the shelf. */
export interface VendureProduct {
  readonly id: string;
  readonly title: string;
  readonly priceMinor: number;
  readonly stock: number;
  readonly coupon?: { readonly code: string; readonly percentOff: number };
}

interface VendureSetup {
  readonly products: readonly VendureProduct[];
  /** `postgres://...`, empty. Default: sql.js, in memory. */
  readonly database?: string;
  /** With the row lock that Vendure itself leaves out. */
  readonly lock?: boolean;
  /** What a parcel costs. */
  readonly shippingMinor?: number;
}

/** As `needService`: whether the package in test/vendure is installed. */
export function needVendure(): boolean {
  if (existsSync(`${FOLDER}/node_modules/@vendure/core/package.json`)) return true;
  const remedy = 'Vendure is missing; scripts/install-test-deps.sh installs it';
  if (process.env.CI) throw new Error(remedy);
  process.stderr.write(`skipped: ${remedy}\n`);
  return false;
}

/** A real Vendure of a test's own, on a free port, in a process of its own (230 MB). */
export class TestVendure {
  readonly url: string;
  readonly admin = { username: 'superadmin', password: 'superadmin' };
  private readonly process: ServerProcess;

  private constructor(port: number, { products, database, lock, shippingMinor }: VendureSetup) {
    this.url = `http://127.0.0.1:${port}`;
    const shop = [
      '--products',
      JSON.stringify(products),
      '--port',
      String(port),
      '--shipping',
      String(shippingMinor ?? 0),
    ];
    const more = [...(database ? ['--database', database] : []), ...(lock ? ['--lock'] : [])];
    this.process = new ServerProcess([process.execPath, `${FOLDER}/server.mjs`, ...shop, ...more], /"url"/);
  }

  static async start(setup: VendureSetup): Promise<TestVendure> {
    const vendure = new TestVendure(await freePort(), setup);
    await vendure.process.start();
    return vendure;
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  stop(): Promise<void> {
    return this.process.end('SIGTERM');
  }
}
