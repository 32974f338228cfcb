/** Says which tests `npm test` left out, and how to run them. The patterns are those of `vitest.config.ts`. */
import { projectFiles } from '../test/tidy/files.ts';

const leftOut = projectFiles().filter((file) => /^test\/.*(?:\.service|\/browser)\.test\.ts$/.test(file));
const names = leftOut.map((file) => `  ${file}\n`).join('');
process.stdout.write(`
Left out, because they need a browser, k6, or a server that is not of npm:
${names}\`npm run test:all\` installs what they need and runs everything.
`);
