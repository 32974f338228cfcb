import type { EnvVar, Place } from './objects.ts';
import { inNamespace } from './storage.ts';
import { shellLine } from './words.ts';

/** Secrets are never written into a manifest: a pod takes them from `<name>-secrets`, by the name of the variable. */

export const ADMIN_TOKEN = 'FLASHCROWD_ADMIN_TOKEN';
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
 * made up on the way.
 */
export function secretCommand(place: Place, names: readonly string[]): string {
  const values = [...new Set([ADMIN_TOKEN, ...names])].map((name) =>
    name === FLEET_TOKEN ? `"${name}=$(openssl rand -hex 24)"` : `"${name}=$${name}"`,
  );
  const create = ['create', 'secret', 'generic', secretsName(place), '--from-env-file=/dev/stdin'];
  return `printf '%s\\n' ${values.join(' ')} | ${shellLine(['kubectl', ...inNamespace(place), ...create])}`;
}

function secretRef(place: Place, key: string, more: { readonly optional?: boolean }): object {
  return { secretKeyRef: { name: secretsName(place), key, ...more } };
}

function secretsName({ name }: Place): string {
  return `${name}-secrets`;
}
