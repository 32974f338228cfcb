/** Where the programs and the scenes are. */
import { fileURLToPath } from 'node:url';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export const FLASHCROWD = here('../../bin/flashcrowd.js');
export const PAGE = here('../../docs/engines-bench.md');
export const RECEIVE_HEAVY = here('scenes/receive-heavy.yaml');
export const IDLE = here('scenes/idle.yaml');
