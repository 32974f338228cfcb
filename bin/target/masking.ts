/** What an exchange shows of itself: without what nobody should read. */

import type { Secrets } from '../../sim/targets/config/secrets.ts';
import { looksSecret } from '../../sim/targets/mapping/looks-secret.ts';
import { maskTokens } from '../../sim/targets/mapping/mask-tokens.ts';
import type { TargetViewer } from '../../sim/targets/target.ts';

/** Text of a body or a frame: secrets that are known, and what stands at a telling name. */
export function maskText(text: string, secrets: Secrets): string {
  return maskTokens(secrets.mask(text), (name) => `[${name}]`);
}

export function maskHeaders(headers: Readonly<Record<string, string>>, secrets: Secrets): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, looksSecret(name) ? `[${name}]` : secrets.mask(value)]),
  );
}

/** What the backend has given the viewer meanwhile, such as a token. */
export function learnSecrets({ account, session }: TargetViewer, secrets: Secrets): void {
  for (const [place, values] of Object.entries({ account, session }))
    for (const [key, value] of Object.entries(values)) if (looksSecret(key)) secrets.add(value, `${place}.${key}`);
}
