/** Tables of the page: a scrolling box of their own, row headings, and labels for narrow screens. */

import { count } from '../../format.ts';
import { html, raw } from '../escape.ts';
import type { Html } from '../escape.ts';

export interface Column {
  readonly label: string;
  /** Figures stand to the right. */
  readonly figures?: boolean;
}

export interface Table {
  /** What the table is, for those who do not see the heading above it. */
  readonly caption: string;
  readonly columns: readonly Column[];
  /** One cell a column; the first is the heading of its row. */
  readonly rows: readonly (readonly Html[])[];
  /** Class of each row; '' for none. */
  readonly rowClasses?: readonly string[];
  /** Below each row, over the whole width. */
  readonly under?: readonly (Html | null)[];
  /** `cards`: a row becomes a card on a narrow screen. `scroll`: the table scrolls inside its box. */
  readonly narrow: 'cards' | 'scroll';
}

/** Rows of a long table that are shown at once. */
const SHOWN_ROWS = 20;

/** A table that may be long: its first rows, and the rest in an element that opens. */
export function foldedTable(whole: Table): Html {
  const { rows, caption } = whole;
  // A rest of one or two rows is not worth the fold.
  if (rows.length <= SHOWN_ROWS + 2) return table(whole);
  const rest = rows.length - SHOWN_ROWS;
  return html`${table({ ...whole, rows: rows.slice(0, SHOWN_ROWS) })}
    <details class="fold">
      <summary>${count(rest)} more</summary>
      ${table({ ...whole, caption: `${caption}, the rest`, rows: rows.slice(SHOWN_ROWS) })}
    </details>`;
}

export function table(whole: Table): Html {
  const { caption, columns, narrow } = whole;
  const heads = columns.map((column) => html`<th scope="col" ${figureClass(column)}>${column.label}</th>`);
  const body = whole.rows.map((_row, index) => tableRow(whole, index));
  return html`<div class="table-box ${narrow}" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption class="unseen">
        ${caption}
      </caption>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${body}
      </tbody>
    </table>
  </div>`;
}

/** A section with its heading, and a line beside it that sums it up. */
export function section(id: string, title: string, aside: string, content: readonly Html[]): Html {
  const note = aside === '' ? null : html`<p class="aside">${aside}</p>`;
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <div class="section-head">
      <h2 id="${id}-title">${title}</h2>
      ${note}
    </div>
    ${content}
  </section> `;
}

export function empty(text: string): Html {
  return html`<p class="empty">${text}</p>`;
}

export function text(value: string): Html {
  return html`${value}`;
}

function tableRow({ columns, rows, rowClasses, under }: Table, row: number): Html {
  const cells = rows[row].map((cell, index) => tableCell(cell, columns[index], index));
  const name = rowClasses?.[row] ?? '';
  const below = under?.[row] ?? null;
  return html`<tr${name === '' ? null : html` class="${name}"`}>
      ${cells}
    </tr>
    ${
      below === null
        ? null
        : html`<tr class="under">
            <td colspan="${columns.length}">${below}</td>
          </tr>`
    }`;
}

function tableCell(cell: Html, column: Column, index: number): Html {
  if (index === 0) return html`<th scope="row" ${figureClass(column)}>${cell}</th>`;
  return html`<td data-label="${column.label}" ${figureClass(column)}>${cell}</td>`;
}

function figureClass(column: Column): Html {
  return raw(column.figures ? ' class="figures"' : '');
}
