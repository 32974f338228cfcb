import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ENV, FILES } from '../../sim/k6/event.ts';
import { fillIn } from '../../sim/k6/placeholders.ts';
import { ADMIN_TOKEN } from '../../sim/manifests/variables.ts';
import { conduct, type Around, type Prepared } from '../run/conduct.ts';
import { EMBEDDED_COALESCE_MS } from '../run/play.ts';
import { startEmbeddedStub, type EmbeddedStub } from '../run/embedded-stub.ts';
import type { ResultOptions } from '../run/result-options.ts';
import type { ShopOptions } from '../run/shop-options.ts';
import { makeEvent, readSource } from './event.ts';
import { writeEvent } from './files.ts';
import { prepareLead } from './lead.ts';
import type { EventOptions } from './options.ts';
import { k6Program, startK6 } from './processes.ts';

export interface K6RunOptions extends EventOptions, ShopOptions, ResultOptions {
  readonly instances: number;
  readonly k6?: string;
}

const HERE = '127.0.0.1';
/** k6 reads the script once for every VU. */
const START_WITHIN_MS = 180_000;

/** Builds the script, starts k6 on this machine, leads it, and reports as `flashcrowd run` does. */
export async function runK6(written: string, options: K6RunOptions, k6Args: readonly string[]): Promise<void> {
  const program = k6Program(options.k6);
  const processes = options.stubProcesses;
  const source = await readSource(written, options);
  const dir = await mkdtemp(path.join(tmpdir(), 'flashcrowd-k6-'));
  let shop: EmbeddedStub | null = null;
  try {
    if (source.remote === null) shop = await startEmbeddedStub({ coalesceMs: EMBEDDED_COALESCE_MS, processes });
    const made = await makeEvent(source, options, shop);
    await writeEvent(dir, made.files);
    const secrets: Record<string, string | undefined> = {
      ...process.env,
      [ADMIN_TOKEN]: shop?.adminToken ?? options.adminToken,
    };
    const prepare = async (around: Around): Promise<Prepared> => {
      const token = randomBytes(16).toString('hex');
      const lead = await prepareLead(
        {
          event: made.event,
          target: fillIn(made.event.target, (name) => secrets[name], new Set()),
          embedded: shop !== null,
          sameMachine: true,
          listen: { host: HERE, port: 0 },
          token,
          plan: options.plan,
          startWithinMs: START_WITHIN_MS,
          faults: Object.fromEntries(options.fault),
        },
        around,
      );
      const { collector } = lead;
      const end = await startOrClose(lead, () =>
        startK6({
          program,
          script: path.join(dir, FILES.script),
          instances: options.instances,
          logDir: around.dir,
          environment: { [ENV.coordinator]: `http://${HERE}:${collector.port}`, [ENV.token]: token },
          args: k6Args,
          ended: (instance, how) => collector.instanceEnded(instance, how),
        }),
      );
      const close = async (): Promise<void> => {
        await end();
        await lead.close();
      };
      return { run: lead.run, close };
    };
    const { out, quiet, json, allowInvalid } = options;
    const { mask } = made;
    await conduct({ name: made.event.run.scenario.name, out, quiet, json, allowInvalid, mask, prepare });
  } finally {
    await Promise.all([rm(dir, { recursive: true, force: true }), shop?.close()]);
  }
}

/** Nobody closes a lead that was prepared for a k6 that does not start. */
async function startOrClose<T>(lead: Prepared, start: () => T): Promise<T> {
  try {
    return start();
  } catch (error) {
    await lead.close();
    throw error;
  }
}
