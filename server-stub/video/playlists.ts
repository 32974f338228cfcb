import { LADDER, PART_MS, PARTS_A_SEGMENT, SEGMENT_MS, SEGMENTS_WITH_PARTS, WINDOW_SEGMENTS } from './ladder.ts';
import { currentParts, currentSeq } from './timeline.ts';

/** The same for all rooms and times. */
export const MASTER = [
  '#EXTM3U',
  '#EXT-X-VERSION:6',
  '#EXT-X-INDEPENDENT-SEGMENTS',
  ...LADDER.flatMap(({ name, width, height, bitsPerSec }) => [
    `#EXT-X-STREAM-INF:BANDWIDTH=${bitsPerSec},RESOLUTION=${width}x${height},FRAME-RATE=30.000`,
    `${name}/media.m3u8`,
  ]),
  '',
].join('\n');

/** The playlist of a rendition as it is at this moment; all renditions have the same. */
export function mediaPlaylist(nowMs: number): string {
  const current = currentSeq(nowMs);
  const first = current - WINDOW_SEGMENTS;
  const lines = [...HEAD, `#EXT-X-MEDIA-SEQUENCE:${first}`];
  for (let seq = first; seq < current; seq++) {
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(seq * SEGMENT_MS).toISOString()}`);
    if (seq >= current - SEGMENTS_WITH_PARTS) lines.push(...partLines(seq, PARTS_A_SEGMENT));
    lines.push(`#EXTINF:${(SEGMENT_MS / 1000).toFixed(3)},`, `${seq}.ts`);
  }
  const parts = currentParts(nowMs);
  if (parts > 0) lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(current * SEGMENT_MS).toISOString()}`);
  lines.push(...partLines(current, parts), `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${current}.${parts}.ts"`, '');
  return lines.join('\n');
}

/** The hold-backs are three times the target durations, as Apple asks for. */
const HEAD = [
  '#EXTM3U',
  '#EXT-X-VERSION:9',
  `#EXT-X-TARGETDURATION:${SEGMENT_MS / 1000}`,
  `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=${(3 * PART_MS) / 1000},HOLD-BACK=${(3 * SEGMENT_MS) / 1000}`,
  `#EXT-X-PART-INF:PART-TARGET=${PART_MS / 1000}`,
];

function partLines(seq: number, count: number): string[] {
  return Array.from({ length: count }, (_, part) => {
    const independent = part === 0 ? ',INDEPENDENT=YES' : '';
    return `#EXT-X-PART:DURATION=${PART_MS / 1000},URI="${seq}.${part}.ts"${independent}`;
  });
}
