import { isIP } from 'node:net';
import { createSecureContext, type ConnectionOptions, type SecureContext } from 'node:tls';

export interface TlsSettings {
  /** Certificates (PEM) to trust instead of those that Node brings. */
  readonly ca?: string;
  /** Trusts any certificate. */
  readonly insecure?: boolean;
}

/** How connections are secured, for all that have the same settings. */
export class Tls {
  readonly settings: TlsSettings;
  private context: SecureContext | null = null;

  constructor(settings: TlsSettings = {}) {
    this.settings = settings;
  }

  /** Throws when the certificates are none. */
  optionsFor(host: string): ConnectionOptions {
    const { ca, insecure } = this.settings;
    // Reading the certificates costs some milliseconds: once, not for each connection.
    this.context ??= createSecureContext({ ca });
    const options = { secureContext: this.context, rejectUnauthorized: insecure !== true };
    // Server names are for names only (RFC 6066, section 3); the certificate is held against the address otherwise.
    return isIP(host) === 0 ? { ...options, servername: host } : options;
  }
}
