import { stubTarget } from './stub/stub.ts';
import type { Target } from './target.ts';

/** What a worker needs to make the same target as the coordinator. Serialisable. */
export interface TargetConfig {
  readonly use: 'stub';
  readonly baseUrl: string;
  /** For the host's actions and the books; only the coordinator gets it. */
  readonly adminToken: string;
}

/** Every backend there is an adapter for. */
export const TARGETS = { stub: stubTarget } as const;

export function createTarget({ use, ...options }: TargetConfig): Target {
  return TARGETS[use](options);
}
