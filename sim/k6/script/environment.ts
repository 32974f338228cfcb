import crypto from 'k6/crypto';
import { combine, type Target } from '../../targets/combine.ts';
import { ADAPTERS } from '../../targets/adapters.ts';
import type { TargetEnvironment } from '../../targets/target.ts';
import type { EventFile } from '../event.ts';
import { fillIn } from '../placeholders.ts';

const k6Environment: TargetEnvironment = {
  hmacSha256: (key, text) => crypto.hmac('sha256', key, text, 'base64rawurl'),
  epochMs: () => Date.now(),
};

/** The target of the event, with the secrets of the environment. Throws Error that names the variables that are missing. */
export function targetOf({ target }: EventFile): Target {
  const missing = new Set<string>();
  const filled = fillIn(target, (name) => __ENV[name], missing);
  if (missing.size > 0) {
    throw new Error(`event.json needs these environment variables (k6 run -e NAME=value): ${[...missing].join(', ')}`);
  }
  return combine(
    filled,
    filled.parts.map(({ use, serves, options }) => {
      const adapter = ADAPTERS.find((one) => one.use === use);
      if (adapter === undefined) throw new Error(`event.json: no adapter "${use}" is in this script`);
      return { serves, part: adapter.create(options as never, k6Environment) };
    }),
  );
}
