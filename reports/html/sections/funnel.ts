/** How many viewers came how far, and where the rest was lost. */

import type { Funnel, RunResult } from '../../../sim/result.ts';
import { count, money, percent } from '../../format.ts';
import { funnelLosses, funnelSteps, wholeFunnel } from '../../funnel.ts';
import type { FunnelStep } from '../../funnel.ts';
import { html } from '../escape.ts';
import type { Html } from '../escape.ts';
import { empty, section, table, text } from './table.ts';

export function funnelSection(result: RunResult): Html {
  const whole = wholeFunnel(result);
  const products = result.funnels.filter((funnel) => funnel.productId !== null);
  const content: Html[] = [];
  if (!whole || whole.shown + whole.clicked === 0) content.push(empty('No viewer was shown a product in this window.'));
  else content.push(steps(whole), losses(whole));
  if (products.length > 1) content.push(html`<h3>By product</h3>`, byProduct(products, result.scenario.currency));
  return section('funnel', 'Funnel', 'viewers, not requests; once for each cue that showed them a product', content);
}

function steps(funnel: Funnel): Html {
  return html`<ol class="funnel">
    ${funnelSteps(funnel).map(step)}
  </ol>`;
}

function step({ label, viewers, ofPrevious, ofFirst }: FunnelStep): Html {
  const width = Math.min(1, ofFirst ?? 0) * 100;
  const conversion =
    ofPrevious === null ? null : html`${percent(ofPrevious)} <span class="soft">of the step before</span>`;
  return html`<li>
    <span class="step-name">${label}</span
    ><span class="bar" aria-hidden="true"><span style="width:${width.toFixed(2)}%"></span></span
    ><span class="step-count">${count(viewers)}</span><span class="step-rate">${conversion}</span>
  </li> `;
}

function losses(funnel: Funnel): Html {
  const entries = funnelLosses(funnel).map(({ label, viewers }) => html`<li><b>${count(viewers)}</b> ${label}</li>`);
  return html`<ul class="losses" aria-label="Where the rest was lost">
    <li class="soft">Where the rest was lost</li>
    ${entries}
  </ul>`;
}

function byProduct(funnels: readonly Funnel[], currency: string): Html {
  const figures = true;
  return table({
    caption: 'Funnel by product',
    columns: [
      { label: 'Product' },
      { label: 'Shown', figures },
      { label: 'Clicked', figures },
      { label: 'Carted', figures },
      { label: 'Checked out', figures },
      { label: 'Paid', figures },
      { label: 'Units', figures },
      { label: 'GMV', figures },
      { label: 'Sold out', figures },
    ],
    rows: funnels.map((funnel) => [
      text(funnel.title),
      ...[funnel.shown, funnel.clicked, funnel.carted, funnel.checkedOut, funnel.paid, funnel.unitsSold].map((value) =>
        text(count(value)),
      ),
      text(money(funnel.gmvMinor, currency)),
      text(count(funnel.lost.soldOut)),
    ]),
    narrow: 'scroll',
  });
}
