/** The charts: a rail with the cues, then one strip a subject, all on the same clock. Drawn by assets/*.js. */

import type { RunResult } from '../../../sim/result.ts';
import { duration, eventClock } from '../../format.ts';
import { html, raw, scriptJson } from '../escape.ts';
import type { Html } from '../escape.ts';
import { buildMarks, markGroups } from '../marks.ts';
import type { Mark } from '../marks.ts';
import { buildShades, shadedMs, type Shade } from '../shades.ts';
import type { StripLine } from '../strip-line.ts';
import { buildStrips } from '../strips.ts';
import type { Strip } from '../strips.ts';
import { section } from './table.ts';

/** The time that all charts share. */
export interface Steps {
  readonly stepMs: number;
  /** Event time at which the first step begins. */
  readonly startMs: number;
  readonly length: number;
}

/** More marks than this under one entry of the list are not drawn until somebody asks for them. */
const MAX_SHOWN_MARKS = 60;

export function chartsSection(result: RunResult): Html {
  const shades = buildShades(result.health);
  return stripsSection('The event, second by second', result.series, buildStrips(result), buildMarks(result), shades);
}

export function stripsSection(
  title: string,
  steps: Steps,
  strips: readonly Strip[],
  marks: readonly Mark[],
  shades: readonly Shade[] = [],
): Html {
  const { startMs, stepMs, length } = steps;
  const span = `${eventClock(startMs)} to ${eventClock(startMs + stepMs * length)} of the event`;
  return section('charts', title, span, [
    html`<noscript
        ><p class="empty">
          Drawing the charts needs JavaScript. Every other figure of this report is in the tables below.
        </p></noscript
      >
      ${markList(marks)} ${shadeNote(shades)}
      <div
        class="strips"
        id="strips"
        role="group"
        tabindex="0"
        aria-label="Charts over event time. Left and right arrow keys move through the steps, Escape leaves."
      >
        <div class="clock">
          <p>
            <span class="soft">Event time</span>
            <output id="moment">${eventClock(startMs)} – ${eventClock(startMs + stepMs * length)}</output>
          </p>
          <button type="button" id="unzoom" hidden>Show all</button>
        </div>
        <div class="rail" id="rail" aria-hidden="true"></div>
        ${strips.map(strip)}
      </div>
      <script type="application/json" id="chart-data">
        ${raw(scriptJson({ ...chartData(steps, strips, marks), shades }))}
      </script>`,
  ]);
}

/** What the script in the page gets; see assets/strips.js. Times in seconds, as uPlot wants them. */
function chartData({ stepMs, startMs, length }: Steps, strips: readonly Strip[], marks: readonly Mark[]): object {
  return {
    stepMs,
    startMs,
    length,
    marks,
    strips: strips.map(({ id, unit, whole, lines, limit }) => ({
      id,
      unit,
      whole,
      limit: limit?.value ?? null,
      lines: lines.map(({ color, area, dashed, values, band, steps, off, rest }) => ({
        color,
        area,
        dashed,
        values,
        band,
        steps,
        off,
        rest,
      })),
    })),
  };
}

function shadeNote(shades: readonly Shade[]): Html | null {
  if (shades.length === 0) return null;
  return html`<p class="shade-note">
    <span class="key" aria-hidden="true"></span>Shaded: ${duration(shadedMs(shades))} in which the generator could not
    keep up, from ${eventClock(shades[0].fromMs)}. Latencies there are in part its own.
  </p>`;
}

function markList(marks: readonly Mark[]): Html | null {
  if (marks.length === 0) return html`<p class="empty">No cue fell into this window.</p>`;
  const entries = markGroups(marks).map(({ group, marks: size }) => {
    const times = marks.filter((mark) => mark.group === group).map((mark) => eventClock(mark.atMs));
    const when = size === 1 ? times[0] : `${size} times from ${times[0]}`;
    return html`<label
      ><input type="checkbox" ${raw(size > MAX_SHOWN_MARKS ? '' : 'checked')} data-group="${group}" /> ${group}
      <span class="soft">${when}</span></label
    > `;
  });
  return html`<fieldset class="mark-list">
    <legend>Cues</legend>
    ${entries}
  </fieldset>`;
}

/** The key of an entry looks as its line does. */
function keyClass({ dashed, steps }: StripLine): string {
  if (steps) return ' class="dashed planned"';
  return dashed ? ' class="dashed"' : '';
}

function strip({ id, title, unit, lines, limit, summary }: Strip): Html {
  // What was observed comes first, whatever is drawn behind it.
  const order = lines
    .map((line, index) => ({ line, index }))
    .sort((a, b) => Number(a.line.steps !== undefined) - Number(b.line.steps !== undefined));
  const legend = order.map(
    ({ line, index }) =>
      html`<li>
        <button
          type="button"
          aria-pressed="${String(!line.off)}"
          data-line="${index}"
          style="--line:var(--${line.color})"
          ${raw(keyClass(line))}
        >
          <span class="key" aria-hidden="true"></span><span class="name">${line.label}</span>
          <span class="now">${line.rest}</span>
        </button>
      </li> `,
  );
  const limitEntry =
    limit === null
      ? null
      : html`<li class="limit"><span class="key" aria-hidden="true"></span>limit ${limit.label}</li>`;
  return html`<article class="strip" data-strip="${id}">
    <div class="strip-head">
      <h3>${title} <span class="unit">${unit}</span></h3>
      <ul>
        ${legend}${limitEntry}
      </ul>
    </div>
    <div class="plot" role="img" aria-label="${summary}"><p class="plot-text">${summary}</p></div>
  </article> `;
}
