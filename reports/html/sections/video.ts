/** What the viewers who watched the stream saw of it. */

import type { RunResult } from '../../../sim/result.ts';
import { videoFigures } from '../../video.ts';
import type { Html } from '../escape.ts';
import { section, table, text } from './table.ts';

/** Null when nobody watched. */
export function videoSection(result: RunResult): Html | null {
  const figures = videoFigures(result);
  if (figures === null) return null;
  const rows = figures.map(({ label, value, detail }) => [text(label), text(value), text(detail)]);
  return section('video', 'Video', 'of the viewers who watched the stream', [
    table({
      caption: 'Video',
      columns: [{ label: 'What' }, { label: 'Figure', figures: true }, { label: 'To compare it with' }],
      rows,
      narrow: 'cards',
    }),
  ]);
}
