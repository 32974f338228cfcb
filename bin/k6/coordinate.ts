import { FlashcrowdError, type Problem } from '../../sim/errors.ts';
import { ENV } from '../../sim/k6/event.ts';
import { fillIn } from '../../sim/k6/placeholders.ts';
import { tokenProblem } from '../../sim/run/remote/token.ts';
import { maskTokens } from '../../sim/targets/mapping/mask-tokens.ts';
import { Secrets } from '../../sim/targets/config/secrets.ts';
import type { ResultOptions } from '../run/result-options.ts';
import type { ShopOptions } from '../run/shop-options.ts';
import { conduct } from '../run/conduct.ts';
import { readEvent } from './files.ts';
import { prepareLead } from './lead.ts';

export interface CoordinateOptions extends ResultOptions, Pick<ShopOptions, 'allowInvalid'> {
  readonly listen: string;
  readonly public?: boolean;
  /** Parsed to ms. */
  readonly startWithin: number;
}

/** Leads k6 processes that others start. Throws FlashcrowdError BAD_USAGE with all that is wrong. */
export async function coordinate(folder: string, options: CoordinateOptions): Promise<void> {
  const event = await readEvent(folder);
  const missing = new Set<string>();
  const secrets = new Secrets();
  const valueOf = (name: string): string | undefined => {
    const value = process.env[name];
    if (value !== undefined) secrets.add(value, name);
    return value;
  };
  const target = fillIn(event.target, valueOf, missing);
  const listen = addressOf(options.listen);
  // A variable that is empty says nothing.
  const token = process.env[ENV.token] || null;
  const badToken = token === null ? null : tokenProblem(token);
  const problems: Problem[] = Array.from(missing, (name) => ({
    path: name,
    message: 'the environment does not say it',
    expected: 'what event.json has a placeholder for',
  }));
  if (listen === null)
    problems.push({ path: '--listen', message: `"${options.listen}" is no address`, expected: 'host:port' });
  if (token === null && options.public !== true) {
    problems.push({
      path: ENV.token,
      message: 'the environment does not say it',
      expected: 'a secret that the k6 processes have, too; or --public, where nobody else can reach the address',
    });
  }
  if (badToken !== null) problems.push({ path: ENV.token, message: badToken, expected: '`openssl rand -hex 24`' });
  if (problems.length > 0 || listen === null) throw new FlashcrowdError('BAD_USAGE', 'It cannot lead.', problems);
  const { out, quiet, json, allowInvalid, plan } = options;
  await conduct({
    name: event.run.scenario.name,
    out,
    quiet,
    json,
    allowInvalid,
    mask: (text) => maskTokens(secrets.mask(text)),
    prepare: async (around) => {
      const lead = await prepareLead(
        {
          event,
          target,
          embedded: false,
          listen,
          token,
          sameMachine: false,
          plan,
          faults: {},
          startWithinMs: options.startWithin,
        },
        around,
      );
      around.tell(`waiting for ${event.shards} VUs at ${listen.host}:${lead.collector.port}`);
      return lead;
    },
  });
}

function addressOf(text: string): { host: string; port: number } | null {
  const [, host, port] = /^(.*):(\d{1,5})$/.exec(text) ?? [];
  return host && Number(port) < 65_536 ? { host, port: Number(port) } : null;
}
