/**
 * The shop's storage, or what its instances talk through, is away. Requests are answered with 503 (`statusCode` is what fastify looks
 * at), and what was asked may or may not have been done.
 */
export class Unavailable extends Error {
  readonly code = 'UNAVAILABLE';
  readonly statusCode = 503;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Unavailable';
  }
}

/** How long a server may take to answer. With what is around it, a request is answered within 2 s. */
export const ANSWER_WITHIN_MS = 1500;

/** The books of a long show are many megabytes. Whether the server is there at all is found out before, with a small request. */
export const BOOKS_WITHIN_MS = 20_000;

/** Waits for `work` no longer than that. @throws Unavailable */
export async function withinTime<T>(work: Promise<T>, what: string, withinMs = ANSWER_WITHIN_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Unavailable(`${what} did not answer within ${withinMs} ms`)), withinMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
