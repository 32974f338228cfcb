/** What the viewers who watched the stream saw of it. The terminal and the page show the same figures. */

import type { RunResult } from '../sim/result.ts';
import { metricOf, type Figure } from './figures.ts';
import { bytesPerSec, count, counted, milliseconds, percent } from './format.ts';

/** Null when nobody watched: then nothing is said of video at all. */
export function videoFigures(result: RunResult): Figure[] | null {
  const bytes = metricOf(result, 'video_bytes', 'counter');
  const errors = metricOf(result, 'video_errors', 'counter');
  if ((bytes?.count ?? 0) + (errors?.count ?? 0) === 0) return null;
  return [startup(result), stalls(result), latency(result), late(result), switches(result), read(result)];
}

function startup(result: RunResult): Figure {
  const trend = metricOf(result, 'video_startup', 'trend');
  const detail = trend
    ? `median ${milliseconds(trend.med)}, ${counted(trend.count, 'start', 'starts')}`
    : 'no picture appeared in the window';
  return { id: 'video-startup', label: 'First picture, p95', value: milliseconds(trend?.p95), detail };
}

function stalls(result: RunResult): Figure {
  const times = metricOf(result, 'video_stalls', 'counter');
  const ratio = metricOf(result, 'video_rebuffering', 'rate');
  const lengths = metricOf(result, 'video_stall_duration', 'trend');
  const share = ratio === null || ratio.rate === null ? 'nothing was shown' : `${percent(ratio.rate)} of the time`;
  const detail = lengths ? `${share}, median ${milliseconds(lengths.med)}` : share;
  return { id: 'video-stalls', label: 'Stalls', value: count(times?.count), detail };
}

function latency(result: RunResult): Figure {
  const trend = metricOf(result, 'video_latency', 'trend');
  const detail = trend
    ? `median ${milliseconds(trend.med)}, worst ${milliseconds(trend.max)}`
    : 'the playlist has no dates';
  return { id: 'video-latency', label: 'Behind live, p95', value: milliseconds(trend?.p95), detail };
}

function late(result: RunResult): Figure {
  const all = metricOf(result, 'video_segments', 'counter');
  const some = metricOf(result, 'video_segments_late', 'counter');
  const detail = `of ${count(all?.count)} segments and parts`;
  return { id: 'video-late', label: 'Segments late', value: count(some?.count), detail };
}

function switches(result: RunResult): Figure {
  const all = metricOf(result, 'video_switches', 'counter');
  const down = metricOf(result, 'video_switches_down', 'counter');
  return {
    id: 'video-switches',
    label: 'Switches',
    value: count(all?.count),
    detail: `${count(down?.count)} of them down`,
  };
}

function read(result: RunResult): Figure {
  const bytes = metricOf(result, 'video_bytes', 'counter');
  const errors = metricOf(result, 'video_errors', 'counter');
  const detail = `mean of the window; ${counted(errors?.count, 'request', 'requests')} failed`;
  return { id: 'video-read', label: 'Read', value: bytesPerSec(bytes?.ratePerSec), detail };
}
