import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { PlanResult } from '../plan-result.ts';

/** What made the plan. */
export function planTool(): PlanResult['tool'] {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return {
    name: 'flashcrowd',
    version: (JSON.parse(text) as { version: string }).version,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
  };
}
