/**
 * Chat that its room does not number carries a number in its own text: who sent it, which of its messages it is, and when. It is at the
 * end, in brackets that nobody types, in letters that survive JSON, HTML and form encoding: `hi there [fc:9f2c.1.42.17.mbx3k1a0]`.
 */
export interface Marker {
  /** Tells the chat of one run from that of another: four letters or digits. */
  readonly run: string;
  /** The worker that sent it, from 0. */
  readonly shard: number;
  /** Number of the message among those of this worker in this room, from 1. */
  readonly n: number;
  /** Number of the message that the same viewer had sent before; 0: this is its first. */
  readonly before: number;
  /** Epoch ms of the generator's clock. */
  readonly sentAtMs: number;
}

const MARKER = /\[fc:([0-9a-z]+)\.([0-9a-z]+)\.([0-9a-z]+)\.([0-9a-z]+)\.([0-9a-z]+)\]\s*$/;

/** `text` with the marker behind it. */
export function withMarker(text: string, { run, shard, n, before, sentAtMs }: Marker): string {
  const parts = [shard, n, before, Math.round(sentAtMs)].map((part) => part.toString(36));
  return `${text} [fc:${[run, ...parts].join('.')}]`;
}

/** `null`: the text carries none; it is not ours. */
export function markerOf(text: string): Marker | null {
  const found = MARKER.exec(text);
  if (found === null) return null;
  const [shard, n, before, sentAtMs] = found.slice(2).map((part) => Number.parseInt(part, 36));
  return { run: found[1], shard, n, before, sentAtMs };
}
