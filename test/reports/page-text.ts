/** What is in a page of a report, for tests. */

/** What a reader sees: the page without styles and scripts, tags as spaces, the common entities resolved. */
export function visibleText(page: string): string {
  return page
    .replace(/<wbr *\/?>/g, '') // a place where a line may break
    .replace(/<(style|script)\b[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
}

interface ChartLine {
  readonly values: readonly (number | null)[];
  readonly band?: { readonly low: readonly number[]; readonly high: readonly number[] };
  /** A line of the plan of the window has its own. */
  readonly steps?: { readonly stepMs: number; readonly startMs: number };
  readonly off?: boolean;
}

export interface ChartData {
  /** Seconds in which the generator could not keep up. */
  readonly shades: readonly { readonly fromMs: number; readonly untilMs: number }[];
  readonly marks: readonly { readonly atMs: number; readonly label: string; readonly group: string }[];
  readonly strips: readonly {
    readonly id: string;
    readonly limit: number | null;
    readonly lines: readonly ChartLine[];
  }[];
}

export function chartData(page: string): ChartData {
  const match = /<script type="application\/json" id="chart-data">(.*?)<\/script>/s.exec(page);
  if (!match) throw new Error('no chart data');
  return JSON.parse(match[1]) as ChartData;
}

export function strip(data: ChartData, id: string): ChartData['strips'][number] {
  const found = data.strips.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`no strip ${id}`);
  return found;
}

/** The lines of a strip that were measured, without those of the plan behind them. */
export function observedLines(data: ChartData, id: string): readonly ChartLine[] {
  return strip(data, id).lines.filter((line) => !line.steps);
}

/** A whole section of a page, as markup. */
export function sectionOf(page: string, id: string): string {
  const match = new RegExp(`<section id="${id}".*?</section>`, 's').exec(page);
  if (!match) throw new Error(`no section ${id}`);
  return match[0];
}
