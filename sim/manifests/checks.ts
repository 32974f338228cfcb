import type { Problem } from '../errors.ts';

/** What Kubernetes and GitHub would refuse, found before anything is written. Each returns what is wrong, with the option it is about. */

/** A label of DNS has 63 characters; the longest ending that is added, `-coordinator` or that of a pod, has 12. */
const NAME_CHARACTERS = 48;
const LABEL_CHARACTERS = 63;
const LEAST_START_MS = 1_000;

/** Services begin with a letter, so all names do. */
export function checkName(name: string): Problem[] {
  if (/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name) && name.length <= NAME_CHARACTERS) return [];
  const expected = `small letters, digits and "-", a letter first, no "-" last, at most ${NAME_CHARACTERS} characters`;
  return [{ path: '--name', message: `"${name}" is no name for objects of a cluster`, expected }];
}

export function checkNamespace(namespace: string | undefined): Problem[] {
  if (namespace === undefined) return [];
  if (/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(namespace) && namespace.length <= LABEL_CHARACTERS) return [];
  const expected = `small letters, digits and "-", at most ${LABEL_CHARACTERS} characters`;
  return [{ path: '--namespace', message: `"${namespace}" is no namespace`, expected }];
}

/** Loosely: registry, path, tag and digest are the container runtime's to judge. */
export function checkImage(path: string, image: string): Problem[] {
  if (/^[a-z0-9][\w.:/@-]*$/i.test(image)) return [];
  return [{ path, message: `"${image}" is no image`, expected: 'such as grafana/k6:2.1.0' }];
}

export function checkSecretNames(names: readonly string[]): Problem[] {
  return names
    .filter((name) => !/^[A-Za-z_]\w*$/.test(name))
    .map((name) => ({
      path: '--secret-env',
      message: `"${name}" is no name of a variable`,
      expected: 'the name, not the value, such as SHOP_KEY',
    }));
}

/** A quantity of bytes, as Kubernetes writes it. */
export function checkStorage(quantity: string | undefined): Problem[] {
  if (quantity === undefined || /^[1-9]\d*(Ki|Mi|Gi|Ti|k|M|G|T)?$/.test(quantity)) return [];
  return [{ path: '--storage', message: `"${quantity}" is no size`, expected: 'such as 20Gi' }];
}

/** Machines in many time zones must read the same moment, and it must not be over. */
export function checkStart(startAt: string | undefined, nowMs: number): Problem[] {
  if (startAt === undefined) return [];
  const path = '--start-at';
  const expected = 'a moment with its zone, such as 2026-11-27T20:00:00+08:00 or 2026-11-27T12:00:00Z';
  const parts = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?$/.exec(startAt);
  const atMs = Date.parse(startAt);
  if (!parts || Number.isNaN(atMs) || !isDay(Number(parts[1]), Number(parts[2]), Number(parts[3]))) {
    return [{ path, message: `"${startAt}" is no moment`, expected }];
  }
  if (parts[4] === undefined) {
    return [{ path, message: `"${startAt}" has no zone: every machine would read it by its own`, expected }];
  }
  if (atMs < nowMs + LEAST_START_MS) {
    return [{ path, message: `${startAt} is over`, expected: `a moment after ${new Date(nowMs).toISOString()}` }];
  }
  return [];
}

/** `Date.parse` takes the 30th of February for the 2nd of March. */
function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
