/** Every tool there is, in the order of the tables. */
import { artillery } from './artillery.ts';
import { flashcrowd } from './flashcrowd.ts';
import { k6 } from './k6.ts';
import { cClient, wsClient } from './line-client.ts';
import type { Tool } from './tool.ts';

export const TOOLS: readonly Tool[] = [cClient, flashcrowd, wsClient, k6, artillery];
