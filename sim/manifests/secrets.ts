import type { EnvVar, Place } from './objects.ts';
import { inNamespace } from './storage.ts';
import { ADMIN_TOKEN } from './variables.ts';
import { shellLine } from './words.ts';

/** Secrets are never written into a manifest: a pod takes them from `<name>-secrets`, by the name of the variable. */

/** What the runners of a fleet show to their coordinator. */
export const FLEET_TOKEN = 'FLASHCROWD_COORDINATOR_TOKEN';

/** For the pods that speak for the host. Not every target has an admin token. */
export function hostSecrets(place: Place, names: readonly string[]): EnvVar[] {
  const own = names.filter((name) => name !== ADMIN_TOKEN);
  return [
    { name: ADMIN_TOKEN, valueFrom: secretRef(place, ADMIN_TOKEN, { optional: true }) },
    ...secretEnv(place, own),
  ];
}

export function secretEnv(place: Place, names: readonly string[]): EnvVar[] {
  return [...new Set(names)].map((name) => ({ name, valueFrom: secretRef(place, name, {}) }));
}

/**
 * Makes them out of the environment of whoever types it; not as arguments, which all users of the machine can read. The token of a fleet is
 * made up on the way. What must be there is looked at first: within the pipe an empty value would go unnoticed.
 */
export function secretSteps(place: Place, names: readonly string[]): string[] {
  const all = [...new Set([ADMIN_TOKEN, ...names])];
  const needed = all.filter((name) => name !== ADMIN_TOKEN);
  const token = all.includes(FLEET_TOKEN) ? [`${FLEET_TOKEN}=$(openssl rand -hex 24)`] : [];
  const checks = needed.length > 0 ? [`: ${needed.map((name) => `"\${${name}:?}"`).join(' ')}`] : [];
  const values = all.map((name) => `"${name}=$${name}"`).join(' ');
  const create = ['create', 'secret', 'generic', secretsName(place)];
  const kubectl = shellLine(['kubectl', ...inNamespace(place), ...create, '--from-env-file=/dev/stdin']);
  return [
    'Values of secrets stand in no manifest; the environment of this shell says them:',
    `  ${[...token, ...checks, `printf '%s\\n' ${values} | ${kubectl}`].join(' && ')}`,
    'A value of several lines, such as a key, does not go this way: then --from-file=<variable>=<file> for each, in place of --from-env-file.',
  ];
}

function secretRef(place: Place, key: string, more: { readonly optional?: boolean }): object {
  return { secretKeyRef: { name: secretsName(place), key, ...more } };
}

function secretsName({ name }: Place): string {
  return `${name}-secrets`;
}
