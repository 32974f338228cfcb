import { isGood, type Cancellable, type MediaAnswer } from './media-http.ts';
import { backOffMs, PLAYLIST_AT_MOST_MS, type PlayerEvents, type PlayerParts, type Watcher } from './player-parts.ts';
import type { MediaPlaylist, Playlist } from './playlist.ts';
import { endOf, takesParts } from './positions.ts';
import type { Timer } from './timers.ts';

/** Whatever its target duration, a playlist is not asked for more often, unless the server holds its answer. */
const LEAST_WAIT_MS = 100;

/**
 * Reads a playlist, and a live one again and again (RFC 8216, 6.3.4): after a target duration from when it was asked for, after half of
 * one when there was nothing new. Where the server can hold its answer until there is (`CAN-BLOCK-RELOAD`), it is asked at once for the next
 * part.
 */
export class PlaylistReader {
  private readonly parts: PlayerParts;
  private readonly watcher: Watcher;
  private readonly events: PlayerEvents;
  private readonly onPlaylist: (playlist: Playlist) => void;
  /** Where it is asked for; a redirect of a reload is followed anew. */
  private readonly url: string;
  private last: MediaPlaylist | null = null;
  private grewAtMs = NaN;
  private failures = 0;
  private failuresInAll = 0;
  private request: Cancellable | null = null;
  private timer: Timer | null = null;

  constructor(
    parts: PlayerParts,
    watcher: Watcher,
    events: PlayerEvents,
    url: string,
    onPlaylist: (playlist: Playlist) => void,
  ) {
    this.parts = parts;
    this.watcher = watcher;
    this.events = events;
    this.url = url;
    this.onPlaylist = onPlaylist;
    this.load();
  }

  stop(): void {
    this.request?.cancel();
    this.timer?.cancel();
  }

  private load(): void {
    const { http, timers } = this.parts;
    const askedAtMs = timers.now();
    const holdsMs = this.isHeld() ? 3 * (this.last?.targetMs ?? 0) : 0;
    const limits = { firstByteAtMostMs: PLAYLIST_AT_MOST_MS + holdsMs, atMostMs: PLAYLIST_AT_MOST_MS + holdsMs };
    const what = { url: this.asked(), range: null, keepsBody: true, bitsPerSec: this.watcher.bitsPerSec };
    this.request = http.get({ ...what, ...limits }, (answer) => this.answered(answer, askedAtMs + answer.queuedMs));
  }

  /** The server is asked to wait until there is something new. */
  private isHeld(): boolean {
    const { last } = this;
    return last !== null && last.canBlockReload && takesParts(last, this.watcher.lowLatency);
  }

  private asked(): string {
    if (this.last === null || !this.isHeld()) return this.url;
    const { seq, part } = endOf(this.last);
    // By hand: a query with a signature in it must stay as it is, to the byte.
    return `${this.url}${this.url.includes('?') ? '&' : '?'}_HLS_msn=${seq}&_HLS_part=${part}`;
  }

  private answered(answer: MediaAnswer, sentAtMs: number): void {
    const { events } = this;
    events.bytes(answer.bytes);
    events.queued(answer.queuedMs);
    const playlist =
      isGood(answer) && answer.body ? this.parts.cache.read(withoutReload(answer.url), answer.body) : null;
    if (playlist === null) return this.failed();
    this.failures = 0;
    if (playlist.kind === 'media') this.reloadLater(playlist, sentAtMs);
    this.onPlaylist(playlist);
  }

  private failed(): void {
    this.events.error();
    this.failures++;
    this.again(backOffMs(this.failures, this.watcher.random(this.failuresInAll++)));
  }

  private reloadLater(playlist: MediaPlaylist, sentAtMs: number): void {
    const nowMs = this.parts.timers.now();
    const isNew = this.last === null || hasGrown(this.last, playlist);
    this.last = playlist;
    if (isNew) this.grewAtMs = nowMs;
    else this.noticeLate(playlist, nowMs);
    if (playlist.isEnded) return;
    if (isNew && this.isHeld()) return this.again(0);
    const everyMs = takesParts(playlist, this.watcher.lowLatency)
      ? (playlist.partTargetMs ?? playlist.targetMs)
      : playlist.targetMs;
    this.again(Math.max(LEAST_WAIT_MS, isNew ? sentAtMs + everyMs - nowMs : everyMs / 2));
  }

  /** A live playlist that has had nothing new for two target durations: the next segment is late by one. Again with each further one. */
  private noticeLate({ targetMs }: MediaPlaylist, nowMs: number): void {
    if (nowMs - this.grewAtMs < 2 * targetMs) return;
    this.events.late();
    this.grewAtMs += targetMs;
  }

  private again(afterMs: number): void {
    this.timer = this.parts.timers.after(afterMs, () => this.load());
  }
}

/** The same bytes are the same object. Others that end where these did hold nothing new. */
function hasGrown(before: MediaPlaylist, now: MediaPlaylist): boolean {
  if (before === now) return false;
  const [a, b] = [endOf(before), endOf(now)];
  return now.isEnded || a.seq !== b.seq || a.part !== b.part;
}

/** What was asked of one reload is no part of the playlist's name. */
function withoutReload(url: string): string {
  return url.replace(/[?&]_HLS_msn=\d+&_HLS_part=\d+$/, '');
}
