import type { TargetConfig } from '../targets/combine.ts';
import type { TlsSettings } from './wire/tls.ts';

/** How connections to the target are secured. */
export function tlsSettings({ tls }: TargetConfig): TlsSettings {
  return { insecure: tls.insecure, ...(tls.ca === null ? {} : { ca: tls.ca }) };
}
