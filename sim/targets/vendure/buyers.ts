/**
 * Guests are told apart by their email address, and the books must find the viewer by it. Vendure writes addresses in small letters, so
 * whatever is not one, nor a digit nor a dash, becomes `=` and four digits of its code.
 */
export function emailOf(viewerId: string, domain: string): string {
  const local = viewerId.replace(/[^a-z0-9-]/g, (letter) => `=${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `${local}@${domain}`;
}

/** The viewer; of an address that is none of ours, the address itself. */
export function buyerOf(email: string, domain: string): string {
  const end = `@${domain.toLowerCase()}`;
  if (!email.toLowerCase().endsWith(end)) return email;
  return email
    .slice(0, -end.length)
    .replace(/=([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
