/** A snapshot as lines of text: a few for a terminal, one for a log. No I/O. */

import { count, duration, eventClock, measure, milliseconds } from '../format.ts';
import type { ProgressSnapshot } from '../../sim/progress.ts';
import { bar, sparkline } from './sparkline.ts';
import { columnsOf, cut, printable } from './text.ts';
import type { Paint, Style } from './text.ts';

/** A piece of a line. The first of a line always stays; later ones are left out when they do not fit. */
type Piece = readonly [text: string, style?: Style];

const GAP = '   ';
/** Products with fewer units left than others are more interesting, but more than this do not fit anyway. */
const MAX_PRODUCTS = 3;

/** Four or five lines, none wider than `columns`. `viewerTrail` holds the latest figures of viewers, oldest first. */
export function terminalLines(
  snapshot: ProgressSnapshot,
  viewerTrail: readonly number[],
  columns: number,
  paint: Paint,
): string[] {
  const lines: Piece[][] = [
    clockPieces(snapshot, columns),
    [
      [`viewers ${count(snapshot.viewers)} of ${count(snapshot.viewersTarget)}`],
      [sparkline(viewerTrail, 24), 'cyan'],
      [`${measure(snapshot.joinsPerSec)} joins/s`, 'dim'],
    ],
    [
      [`chat ${measure(snapshot.messagesInPerSec)} in/s, ${count(snapshot.messagesOutPerSec)} out/s`],
      [`lag p50 ${milliseconds(snapshot.chatLagP50Ms)}, p99 ${milliseconds(snapshot.chatLagP99Ms)}`],
      [`late starts p99 ${milliseconds(snapshot.lateStartP99Ms)}`, 'dim'],
    ],
    [[`orders ${count(snapshot.ordersTotal)}, ${measure(snapshot.ordersPerSec)}/s`], ...stockPieces(snapshot)],
    statusPieces(snapshot),
  ];
  return lines.filter((pieces) => pieces.length > 0).map((pieces) => fit(pieces, columns, paint));
}

/** One line without colours, for logs. */
export function logLine(snapshot: ProgressSnapshot): string {
  const stock = snapshot.stock
    .slice(0, MAX_PRODUCTS)
    .map(({ id, left, total }) => `${printable(id)} ${count(left)}/${count(total)}`);
  const words = [
    `${eventClock(snapshot.eventMs)} ${snapshot.phase}`,
    `viewers ${count(snapshot.viewers)}/${count(snapshot.viewersTarget)}`,
    `chat in ${measure(snapshot.messagesInPerSec)}/s out ${count(snapshot.messagesOutPerSec)}/s`,
    `lag p99 ${milliseconds(snapshot.chatLagP99Ms)}`,
    `orders ${count(snapshot.ordersTotal)}`,
  ];
  if (stock.length > 0) words.push(`stock ${stock.join(' ')}`);
  if (snapshot.thresholdsFailing.length > 0)
    words.push(`failing ${snapshot.thresholdsFailing.map(printable).join(', ')}`);
  return words.join('  ');
}

function clockPieces({ phase, eventMs, windowFromMs, windowForMs }: ProgressSnapshot, columns: number): Piece[] {
  const playedMs = Math.min(windowForMs, Math.max(0, eventMs - windowFromMs));
  const share = windowForMs > 0 ? playedMs / windowForMs : 0;
  const barColumns = Math.min(30, Math.max(8, columns - 46));
  const ofWindow = `${duration(Math.floor(playedMs / 1000) * 1000)} of ${duration(windowForMs)}`;
  return [
    [`${phase.padEnd(10)} ${eventClock(eventMs)}`, 'bold'],
    [bar(share, barColumns), 'cyan'],
    [ofWindow, 'dim'],
  ];
}

function stockPieces({ stock }: ProgressSnapshot): Piece[] {
  return stock.slice(0, MAX_PRODUCTS).map(({ id, left, total }): Piece => {
    const text = `${printable(id)} ${bar(total > 0 ? left / total : 0, 8)} ${count(left)}/${count(total)}`;
    return left > 0 ? [text] : [text, 'yellow'];
  });
}

function statusPieces({ thresholdsFailing, lastCue, nextCue }: ProgressSnapshot): Piece[] {
  const pieces: Piece[] = [];
  if (thresholdsFailing.length > 0) pieces.push([`✗ failing: ${thresholdsFailing.map(printable).join(', ')}`, 'red']);
  if (nextCue)
    pieces.push([
      `next: ${printable(nextCue.label)} in ${duration(Math.max(0, Math.ceil(nextCue.inMs / 1000) * 1000))}`,
    ]);
  if (lastCue !== null) pieces.push([`last: ${printable(lastCue)}`, 'dim']);
  return pieces;
}

function fit(pieces: readonly Piece[], columns: number, paint: Paint): string {
  let line = '';
  let used = 0;
  for (const [text, style] of pieces) {
    if (text === '') continue;
    const gap = used === 0 ? '' : GAP;
    const shown = used === 0 ? cut(text, columns) : text;
    const width = columnsOf(gap + shown);
    if (used + width > columns) break;
    line += gap + (style === undefined ? shown : paint(style, shown));
    used += width;
  }
  return line;
}
