/** Where the programs are, and what to do when one is not. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export const K6 = here('../../.tools/bin/k6');
const PEERS = here('../../.tools/bench-peers');
export const ARTILLERY = `${PEERS}/node_modules/artillery/bin/run`;
export const C_SERVER = `${PEERS}/engine-server`;
export const C_CLIENT = `${PEERS}/engine-client`;

/** How Node is told to run the bench's own programs. */
export const TSX_ARGS: readonly string[] = ['--import', import.meta.resolve('tsx')];

/** Builds the two programs in C. Throws with what to do when there is no compiler. */
export function buildNative(): void {
  mkdirSync(PEERS, { recursive: true });
  for (const [source, program] of [
    ['native/server.c', C_SERVER],
    ['native/client.c', C_CLIENT],
  ]) {
    try {
      execFileSync('cc', ['-O2', '-o', program, here(source)], { stdio: ['ignore', 'ignore', 'pipe'] });
    } catch (error) {
      const { code, stderr } = error as { code?: string; stderr?: Buffer };
      if (code === 'ENOENT')
        throw new Error('bench/engine needs a C compiler named cc (Debian: apt-get install gcc libc6-dev).', {
          cause: error,
        });
      throw new Error(`cc could not build ${source}:\n${stderr?.toString() ?? ''}`, { cause: error });
    }
  }
}

/** Why a peer cannot be measured; null when it can. */
export function whyMissing(program: string, installer: string): string | null {
  return existsSync(program) ? null : `not installed: ${installer}`;
}
