/** Writes the generated pages of docs/. `test/docs-drift.test.ts` fails when they are not what is checked in. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { docsPages } from './docs-pages.ts';

const root = new URL('../', import.meta.url);
mkdirSync(new URL('docs/', root), { recursive: true });
for (const [path, text] of docsPages()) {
  writeFileSync(new URL(path, root), text);
  process.stdout.write(`${path}\n`);
}
