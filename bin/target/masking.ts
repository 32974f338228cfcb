/** What an exchange shows of itself: without what nobody should read. */

import { looksSecret } from '../../sim/targets/config/looks-secret.ts';
import type { Secrets } from '../../sim/targets/config/secrets.ts';
import type { TargetViewer } from '../../sim/targets/target.ts';

const FIELD = /"([^"\\]{1,80})"(\s*:\s*)"((?:[^"\\]|\\.)*)"/g;
/** The same in JSON within JSON. */
const INNER_FIELD = /\\"([^"\\]{1,80})\\"(\s*:\s*)\\"(.*?)\\"/g;
const PARAMETER = /([?&]([\w.-]{1,80})=)([^&#\s"]+)/g;

/** Text of a body or a frame: secrets that are known, and what stands at a telling key, in JSON and in URLs. */
export function maskText(text: string, secrets: Secrets): string {
  return secrets
    .mask(text)
    .replaceAll(FIELD, (all, key: string, colon: string, value: string) =>
      value !== '' && looksSecret(key) ? `"${key}"${colon}"[${key}]"` : all,
    )
    .replaceAll(INNER_FIELD, (all, key: string, colon: string, value: string) =>
      value !== '' && looksSecret(key) ? `\\"${key}\\"${colon}\\"[${key}]\\"` : all,
    )
    .replaceAll(PARAMETER, (all, start: string, name: string) => (looksSecret(name) ? `${start}[${name}]` : all));
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
