import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { createSecureContext, rootCertificates, type ConnectionOptions, type SecureContext } from 'node:tls';

export interface TlsSettings {
  /** Certificates (PEM) to trust besides those that Node brings. Those of NODE_EXTRA_CA_CERTS count only without it. */
  readonly ca?: string;
  /** Trusts any certificate. */
  readonly insecure?: boolean;
}

/** By `ca`. Reading the certificates takes some 50 ms: once, not for each connection or each origin. */
const contexts = new Map<string | undefined, SecureContext>();

/** How connections are secured, for all that have the same settings. */
export class Tls {
  private readonly settings: TlsSettings;

  constructor(settings: TlsSettings = {}) {
    this.settings = settings;
  }

  /** Throws when `ca` holds no certificate. */
  optionsFor(host: string): ConnectionOptions {
    const { ca, insecure } = this.settings;
    const options = { secureContext: contextOf(ca), rejectUnauthorized: insecure !== true };
    // Server names are for names only (RFC 6066, section 3); the certificate is held against the address otherwise.
    return isIP(host) === 0 ? { ...options, servername: host } : options;
  }
}

function contextOf(ca: string | undefined): SecureContext {
  const known = contexts.get(ca);
  if (known !== undefined) return known;
  // Node would pass over what is no certificate.
  if (ca !== undefined) void new X509Certificate(ca);
  const context = createSecureContext(ca === undefined ? {} : { ca: [...rootCertificates, ca] });
  contexts.set(ca, context);
  return context;
}
