import { findProgram, type ProgramName } from '../bin/doctor/programs.ts';
import { findServer, SERVERS, type ServerName } from './services/program.ts';

/**
 * Path of a program that a service test needs. When it is missing: in CI (`CI=true`, which `npm run test:all` sets)
 * it throws, so that nothing is passed over unseen; elsewhere it says so on standard error and returns an empty
 * string, to be used as
 *
 *     const k6 = needService('k6');
 *     describe.skipIf(!k6)('k6', () => { ... });
 */
export function needService(name: ProgramName | ServerName): string {
  const path = isServer(name) ? findServer(name) : findProgram(name);
  if (path) return path;
  const remedy = `${name} is missing; scripts/install-test-deps.sh installs it`;
  if (process.env.CI) throw new Error(remedy);
  process.stderr.write(`skipped: ${remedy}\n`);
  return '';
}

function isServer(name: string): name is ServerName {
  return (SERVERS as readonly string[]).includes(name);
}
