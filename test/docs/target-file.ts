import { parse } from 'yaml';
import { loadTarget } from '../../sim/targets/config/load.ts';

type Document = Record<string, unknown>;

/** Any variable is set. */
const ENVIRONMENT = new Proxy<Record<string, string>>({}, { get: (_, name) => `the value of ${String(name)}` });

/** The target files of a page: whole ones, and parts that are put into the last of them. Both reject when they cannot be loaded. */
export class TargetFiles {
  private current: Document = {};

  async whole(text: string): Promise<void> {
    this.current = parse(text) as Document;
    await loads(this.current);
  }

  /** `path`: of what the part stands for, such as `shop.steps.cart`. */
  async part(path: string, text: string): Promise<void> {
    await loads(withPart(this.current, path.split('.'), parse(text)));
  }
}

/** A copy. Keys of an object are put among those that are there; anything else takes the place of what is there. */
function withPart(whole: unknown, [key, ...rest]: readonly string[], part: unknown): Document {
  const before = (whole ?? {}) as Document;
  if (rest.length > 0) return { ...before, [key]: withPart(before[key], rest, part) };
  return { ...before, [key]: isObject(before[key]) && isObject(part) ? { ...before[key], ...part } : part };
}

function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function loads(document: Document): Promise<void> {
  await loadTarget([withUrls(document) as Document], {
    environment: ENVIRONMENT,
    adminToken: undefined,
    place: { file: null, folder: '', path: ['--target'], locate: () => undefined },
    roomIds: ['main'],
  });
}

/** Addresses keep their default, because the environment of the tests has none. */
function withUrls(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\$\{[A-Z_]+:-((?:https?|wss?):[^}]*)\}/, '$1');
  if (Array.isArray(value)) return value.map(withUrls);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withUrls(each)]));
}
