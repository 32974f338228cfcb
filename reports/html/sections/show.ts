/** What the host did, and what it did to the stock. */

import type { CueResult, RunResult } from '../../../sim/result.ts';
import { soldOutAfterMs } from '../../figures.ts';
import { ABSENT, count, duration, eventClock, money } from '../../format.ts';
import { html } from '../escape.ts';
import type { Html } from '../escape.ts';
import { empty, section, table, text } from './table.ts';

const figures = true;

export function cuesSection({ cues, books }: RunResult): Html {
  if (cues.length === 0) return section('cues', 'Cues', '', [empty('The show has no cue in this window.')]);
  const titles = new Map(books.map((book) => [book.productId, book.title]));
  const done = cues.filter((cue) => cue.status === 'done').length;
  const columns = [
    { label: 'Cue' },
    { label: 'Planned', figures },
    { label: 'Sent', figures },
    { label: 'Received by', figures },
    { label: 'Sold out after', figures },
    { label: 'Status' },
  ];
  const rows = cues.map((cue) => [
    html`${cue.label === '' ? cue.kind : cue.label} <code class="minor">${cue.id}</code>${productNote(cue, titles)}`,
    text(eventClock(cue.plannedMs)),
    text(sentText(cue)),
    text(count(cue.received)),
    text(duration(soldOutAfterMs(cue))),
    statusCell(cue.status),
  ]);
  return section('cues', 'Cues', `${count(done)} of ${count(cues.length)} done`, [
    table({ caption: 'Cues', columns, rows, narrow: 'cards' }),
  ]);
}

export function stockSection({ books, scenario }: RunResult): Html {
  if (books.length === 0) return section('stock', 'Stock', '', [empty('Nothing was for sale.')]);
  const columns = [
    { label: 'Product' },
    { label: 'Price', figures },
    { label: 'Stocked', figures },
    { label: 'Sold, by the books', figures },
    { label: 'Left, by the books', figures },
    { label: 'Held, by the books', figures },
    { label: 'Told as sold', figures },
    { label: 'Told nothing certain', figures },
  ];
  const rows = books.map((book) => [
    html`${book.title} <code class="minor">${book.productId}</code>`,
    text(money(book.priceMinor, scenario.currency)),
    ...[
      book.stockedUnits,
      book.soldUnits,
      book.leftUnits,
      book.heldUnits,
      book.toldSoldUnits,
      book.toldUnknownUnits,
    ].map((units) => text(count(units))),
  ]);
  return section('stock', 'Stock', 'units; the shop’s books beside what the viewers were told', [
    table({ caption: 'Stock by product', columns, rows, narrow: 'cards' }),
  ]);
}

/** The product, unless the label names it already, and the room. */
function productNote({ label, productId, roomId }: CueResult, titles: ReadonlyMap<string, string>): Html {
  const title = productId === null ? '' : (titles.get(productId) ?? productId);
  const product = title === '' || label.includes(title) ? '' : `${title}, `;
  return html`<span class="meaning">${product}${roomId === '*' ? 'every room' : `room ${roomId}`}</span>`;
}

/** How late the host's request left, when it did at all. */
function sentText({ plannedMs, sentMs }: CueResult): string {
  if (sentMs === null) return ABSENT;
  const lateMs = Math.round(sentMs - plannedMs);
  return lateMs === 0 ? 'on time' : `${lateMs > 0 ? '+' : '−'}${duration(Math.abs(lateMs))}`;
}

function statusCell(status: CueResult['status']): Html {
  if (status === 'done') return html`<span class="check pass"><span aria-hidden="true">✓</span> done</span>`;
  if (status === 'failed') return html`<span class="check fail"><span aria-hidden="true">✗</span> failed</span>`;
  return html`<span class="check unknown"><span aria-hidden="true">–</span> not reached</span>`;
}
