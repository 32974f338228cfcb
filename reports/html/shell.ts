/** A page that works from a disk, without a network and without a server. Runs and plans fill it. */

import { contentPolicy, pageCss, pageScripts } from './assets.ts';
import { html, raw } from './escape.ts';
import type { Html } from './escape.ts';

export interface Page {
  /** For the tab of the browser. */
  readonly title: string;
  readonly header: Html;
  /** Sections that the bar at the top jumps to; each must be in `main`. */
  readonly jumps: readonly (readonly [id: string, label: string])[];
  readonly main: readonly Html[];
  readonly footer: string;
}

/** The whole page as text in UTF-8. It loads nothing; every text of others is escaped. */
export function renderPage({ title, header, jumps, main, footer }: Page): string {
  const scripts = pageScripts();
  const page = html`<!doctype html>
    <html lang="en">
      ${head(title, scripts)}
      <body>
        <a class="skip" href="#main">Skip to the figures</a>
        ${header}
        <nav class="jumps" aria-label="Sections">
          ${jumps.map(([id, label]) => html`<a href="#${id}">${label}</a> `)}
        </nav>
        <main id="main">${main}</main>
        <footer>${footer}</footer>
        ${scripts.map(scriptElement)}
      </body>
    </html> `;
  return page.html;
}

function head(title: string, scripts: readonly string[]): Html {
  return html`<head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${contentPolicy(scripts)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title}</title>
    ${raw(`<style>\n${pageCss()}\n</style>`)}
  </head>`;
}

/** To the byte: the policy names the hash of what stands between the tags. */
function scriptElement(script: string): Html {
  return raw(`<script>${script}</script>`);
}
