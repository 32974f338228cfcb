/** Which names stand for something that nobody but the backend should read. */

const WORDS = /token|secret|passw|pwd|api-?_?key|private|credential|authori[sz]ation|cookie|jwt|bearer|signature/i;
/** `key` alone, or as a word of its own: not `keyboard`, and not the idempotency key. */
const KEY = /(?:^|[-_.])key$|[a-z]Key$/;
/** What lets somebody in, where that is all that the name says: `?access=...`. */
const ALONE = /^(?:access|auth|sig|sid|session_?id)$/i;
const NO_SECRETS = /^idempotency-?_?key$/i;

/** Of a key, a header, a column or a variable. */
export function looksSecret(name: string): boolean {
  return (WORDS.test(name) || KEY.test(name) || ALONE.test(name)) && !NO_SECRETS.test(name);
}
