/** Styles and scripts of the page, read when it is rendered, so that the page stands on its own. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { paletteCss } from './palette.ts';

const STYLES = [
  'base.css',
  'header.css',
  'charts.css',
  'tables.css',
  'plan.css',
  'narrow.css',
  'planned.css',
  'print.css',
  'ledger.css',
];
/** One script: the files share one scope, in this order. */
const SCRIPTS = ['theme.js', 'steps.js', 'strips.js', 'marks.js', 'readout.js', 'main.js'];

const uplotFolder = dirname(createRequire(import.meta.url).resolve('uplot'));

export function pageCss(): string {
  return [readUplot('uPlot.min.css'), paletteCss(), ...STYLES.map(readAsset)].join('\n');
}

/** uPlot with its licence, then the page's own script. */
export function pageScripts(): string[] {
  const own = `(function () {\n'use strict';\n${SCRIPTS.map(readAsset).join('\n')}\n})();`;
  const scripts = [`/*\n${readUplot('../LICENSE')}*/\n${readUplot('uPlot.iife.min.js')}`, own];
  for (const script of scripts) {
    if (/<\/script|<!--/i.test(script)) throw new Error('A script of the report would end its own element.');
  }
  return scripts;
}

/**
 * A policy that lets nothing load and lets only these scripts run, so that text of others could do no harm even if it
 * slipped through unescaped. Styles may be inline: bars carry their width.
 */
export function contentPolicy(scripts: readonly string[]): string {
  const hashes = scripts.map((script) => `'sha256-${createHash('sha256').update(script, 'utf8').digest('base64')}'`);
  return `default-src 'none'; style-src 'unsafe-inline'; script-src ${hashes.join(' ')}; base-uri 'none'; form-action 'none'`;
}

function readAsset(name: string): string {
  return readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8');
}

function readUplot(name: string): string {
  return readFileSync(join(uplotFolder, name), 'utf8');
}
