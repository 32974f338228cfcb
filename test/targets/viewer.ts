import { nodeEnvironment } from '../../sim/targets/node-environment.ts';
import type { TargetEnvironment, TargetViewer } from '../../sim/targets/target.ts';

/** Someone in room `main`, with scratch space of their own. */
export function someone(more: Partial<TargetViewer> = {}): TargetViewer {
  return { id: 'v-1', name: 'Vera', roomId: 'main', number: 1, account: {}, session: {}, ...more };
}

/** Its clock stands still. */
export const environment: TargetEnvironment = { ...nodeEnvironment, epochMs: () => 1_750_000_000_000 };
