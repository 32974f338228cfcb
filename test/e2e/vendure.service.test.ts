import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import type { RunResult } from '../../sim/result.ts';
import { needService } from '../need.ts';
import { TestCentrifuge } from '../services/centrifuge.ts';
import { TestPostgres } from '../services/postgres.ts';
import { needVendure, TestVendure } from '../services/vendure.ts';
import { centrifugoRoom } from '../targets/room-options.ts';
import { Run, temporaryFolder } from './command.ts';
import { counterOf, idsOf } from './result-shape.ts';

/** A real shop and a real chat, neither of them ours: three hundred viewers talk in one and buy in the other. */
const STOCK = 50;
const SERUM = { id: 'serum', title: 'Glow serum, 50 ml', priceMinor: 1990, stock: 0 };
/** Vendure, its database and the viewers share a small machine. */
const ENDS_WITHIN_MS = 280_000;

const hasVendure = needVendure();
const centrifuge = needService('centrifuge');
const postgres = needService('postgres');

async function played(
  database: string | undefined,
): Promise<{ code: number | null; words: string; result: RunResult }> {
  const chat = await TestCentrifuge.start(centrifuge);
  onTestFinished(() => chat.kill());
  const vendure = await TestVendure.start({ products: [SERUM], database });
  onTestFinished(() => vendure.stop());
  const target = path.join(temporaryFolder(), 'target.yaml');
  const shop = { use: 'vendure', url: vendure.url, admin: vendure.admin, manageStock: true, exclusive: true };
  writeFileSync(target, stringify({ chat: { use: 'centrifugo', ...centrifugoRoom(chat.url) }, shop }));
  const args = ['--for', '60s', '--no-plan', '--set=chat.rate=6/min', '--target', target];
  const run = Run.start('../../vendure/oversell.yaml', args, { atMostMs: ENDS_WITHIN_MS });
  const { code, stdout, stderr } = await run.ended;
  return { code, words: `${stdout}\n${stderr}`, result: run.result() };
}

describe.skipIf(!hasVendure || !centrifuge || !postgres)('chat on Centrifugo, and a shop on Vendure', () => {
  test.each([
    ['sql.js', async (): Promise<string | undefined> => undefined],
    [
      'PostgreSQL',
      async (): Promise<string | undefined> => {
        const database = await TestPostgres.start(postgres);
        onTestFinished(() => database.remove());
        return database.url;
      },
    ],
  ] as const)(
    'on %s: chat is complete, and what was sold too much is found, by the books',
    { timeout: ENDS_WITHIN_MS + 60_000 },
    async (_, database) => {
      const { code, words, result } = await played(await database());
      expect(counterOf(result, 'viewers_joined'), words).toBeGreaterThan(250);
      expect(result.metrics.chat_lag, words).toMatchObject({ type: 'trend' });
      expect(idsOf(result, 'pass')).toEqual(
        expect.arrayContaining(['chat_delivered', 'chat_once', 'chat_in_order', 'no_lost_orders', 'no_double_charge']),
      );
      // Its own counters are not to be believed; what buyers were told is.
      const [{ toldSoldUnits, toldUnknownUnits }] = result.books;
      const tooMany = counterOf(result, 'oversold_units');
      expect(toldSoldUnits, words).toBeGreaterThan(0);
      expect(tooMany).toBeGreaterThanOrEqual(toldSoldUnits - STOCK);
      expect(tooMany).toBeLessThanOrEqual(Math.max(0, toldSoldUnits + toldUnknownUnits - STOCK));
      expect(idsOf(result, 'fail').includes('no_oversell')).toBe(tooMany > 0);
      expect(code === 120, words).toBe(tooMany > 0);
    },
  );
});
