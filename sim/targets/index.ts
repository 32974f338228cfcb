import { ADAPTERS } from './adapters.ts';
import { combine, type Target, type TargetConfig } from './combine.ts';
import { nodeEnvironment } from './node-environment.ts';
import type { StubOptions } from './stub/options.ts';
import type { TargetPart } from './target.ts';

/** The bundled server at this address, `http://127.0.0.1:8080`. */
export function stubConfig(url: string, adminToken = ''): TargetConfig {
  return {
    name: 'stub',
    parts: [{ use: 'stub', serves: 'all', options: { url, adminToken } satisfies StubOptions }],
    tls: { ca: null, insecure: false },
    accounts: [],
  };
}

/** The same target; what of it is a bundled shop is spoken to with this token. */
export function withAdminToken(config: TargetConfig, adminToken: string): TargetConfig {
  const parts = config.parts.map((part) =>
    part.use === 'stub' ? { ...part, options: { ...(part.options as object), adminToken } } : part,
  );
  return { ...config, parts };
}

/** Past these a run ends by itself. */
export interface AbortLimits {
  /** Of what was tried in these seconds, 0 to 1. */
  readonly errorShare: number;
  readonly forMs: number;
}

/** Makes the target. Throws what an adapter throws for options that it cannot use. */
export async function createTarget(config: TargetConfig): Promise<Target> {
  const made = await Promise.all(
    config.parts.map(async ({ use, serves, options }) => ({ serves, part: await createPart(use, options) })),
  );
  return combine(config, made);
}

async function createPart(use: string, options: unknown): Promise<TargetPart> {
  const known = ADAPTERS.find((adapter) => adapter.use === use);
  if (known) return known.create(options as never, nodeEnvironment);
  const module = (await import(use)) as { default: { create: (typeof ADAPTERS)[number]['create'] } };
  return module.default.create(options as never, nodeEnvironment);
}
