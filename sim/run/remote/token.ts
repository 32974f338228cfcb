/** Shorter ones can be guessed; an empty one is what a shell makes of a variable that nobody set. */
const TOKEN_AT_LEAST_CHARS = 8;

/** What is wrong with the token of a fleet; null: nothing. */
export function tokenProblem(token: string): string | null {
  if (token.length >= TOKEN_AT_LEAST_CHARS) return null;
  return `it has ${token.length} characters, and ${TOKEN_AT_LEAST_CHARS} are the least`;
}
