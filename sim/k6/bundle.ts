import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * The script for k6, as text: one module that needs nothing but k6's own. Throws Error when it cannot be made: that would be a fault of this
 * program.
 */
export async function bundleScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./script/main.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    external: ['k6', 'k6/*'],
    // k6 has no dead code to remove, but parses what is there for every VU.
    treeShaking: true,
    minify: true,
    target: 'es2022',
    logLevel: 'silent',
  });
  return outputFiles[0].text;
}
