import type { Check } from './check.ts';

const OLDEST = { major: 20, minor: 19 };

/** @param version as in `process.versions.node`, `20.19.1` */
export function checkNode(version = process.versions.node): Check {
  const [major, minor] = version.split('.').map(Number);
  const enough = major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor);
  return {
    id: 'node',
    status: enough ? 'ok' : 'fail',
    found: `Node ${version}`,
    meaning: enough ? 'new enough' : `flashcrowd needs Node ${OLDEST.major}.${OLDEST.minor} or later`,
    remedy: enough ? null : 'Install a newer one from https://nodejs.org, or switch with your version manager.',
  };
}
