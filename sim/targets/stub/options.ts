import { z } from 'zod';

export const stubOptions = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe('`http://127.0.0.1:8080`, without a path'),
  adminToken: z.string().default('').describe("Secret of its admin API, for the host's actions and the books"),
});

export type StubOptions = z.output<typeof stubOptions>;
