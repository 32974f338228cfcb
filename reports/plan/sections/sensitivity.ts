/** Sensitivity as a tornado: one row an assumption, bars to both sides of nothing, the strongest at the top. */

import type { SensitivityLine } from '../../../sim/plan-result.ts';
import { percent } from '../../format.ts';
import { html } from '../../html/escape.ts';
import type { Html } from '../../html/escape.ts';
import { empty, foldedTable, section } from '../../html/sections/table.ts';
import { ranked, size, tagWords } from '../sensitivity.ts';
import type { Swing } from '../sensitivity.ts';
import { signedPercent } from '../words.ts';

export function sensitivitySection(lines: readonly SensitivityLine[]): Html {
  const title = 'Sensitivity';
  if (lines.length === 0) return section('sensitivity', title, '', [empty('Nothing could be varied.')]);
  const most = (of: (line: SensitivityLine) => Swing): number => Math.max(...lines.map((line) => size(of(line))));
  const [gmvMost, peakMost] = [most(({ gmv }) => gmv), most(({ peakViewers }) => peakViewers)];
  const columns = [{ label: 'Assumption' }, { label: 'GMV' }, { label: 'Peak viewers' }];
  const rows = ranked(lines).map((line) => [
    html`${line.label} <span class="soft">±${percent(line.byShare)}, ${tagWords(line.tag)}</span>
      <code class="minor path">${line.path}</code>`,
    swingCell(line.gmv, gmvMost),
    swingCell(line.peakViewers, peakMost),
  ]);
  return section('sensitivity', title, 'change of the mean when one assumption is lowered or raised, all else kept', [
    html`<p class="swing-key">
      <span class="lowered" aria-hidden="true"></span> lowered <span class="raised" aria-hidden="true"></span> raised
    </p>`,
    foldedTable({ caption: title, columns, rows, narrow: 'cards' }),
  ]);
}

function swingCell(swing: Swing, most: number): Html {
  return html`<span class="swing">
    <span class="swing-bars" aria-hidden="true"
      >${bar('lowered', swing.lowered, most)}${bar('raised', swing.raised, most)}</span
    >
    <span class="swing-text"
      ><span class="unseen">lowered</span> ${signedPercent(swing.lowered)} /
      <span class="unseen">raised</span> ${signedPercent(swing.raised)}</span
    >
  </span>`;
}

/** From the middle to the side of its sign; the largest change of the column takes half of the width. */
function bar(way: 'lowered' | 'raised', change: number, most: number): Html {
  const width = most > 0 ? (Math.abs(change) / most) * 50 : 0;
  const left = change < 0 ? 50 - width : 50;
  return html`<span class="${way}" style="left:${left.toFixed(2)}%;width:${width.toFixed(2)}%"></span>`;
}
