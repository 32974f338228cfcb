/** The URL as the client of a server knows it, and a parameter in its query that is ours. */
export function withoutParameter(address: string, name: string): { url: string; value: string | null } {
  const parsed = new URL(address);
  const value = parsed.searchParams.get(name);
  parsed.searchParams.delete(name);
  return { url: parsed.href, value };
}

/** For messages: without user and password, which may hold any character, and without parameters, which may be secrets, too. */
export function withoutSecrets(address: string): string {
  return address.replace(/^((?:[\w+.-]*:\/\/)?).*@/s, '$1***@').replace(/\?.*$/s, '?***');
}
