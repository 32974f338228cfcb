import { bestRendition, UP_SHARE } from '../../crowd/video.ts';
import { isGood, type Cancellable, type MediaAnswer } from './media-http.ts';
import { PlayBuffer } from './play-buffer.ts';
import {
  backOffMs,
  SEGMENT_AT_MOST_MS,
  SEGMENT_FIRST_BYTE_AT_MOST_MS,
  type PlayerEvents,
  type PlayerParts,
  type Watcher,
} from './player-parts.ts';
import { PlaylistReader } from './playlist-reader.ts';
import type { MediaPlaylist, Place, Playlist, Variant } from './playlist.ts';
import { endOf, samePlace, startOf, takesParts, unitAt, type Position, type Unit } from './positions.ts';
import { nextRendition, Throughput } from './throughput.ts';
import type { Timer } from './timers.ts';

/** A segment that cannot be had after so many tries is passed over. */
const TRIES = 3;
/** Of a part, so many are there before the picture moves again: one alone would stall again at once. */
const PARTS_TO_RESUME = 2;
/** Numbers of random draws of segments; below are those of playlists. */
const SEGMENT_DRAWS = 1 << 20;

/** One viewer's player: what it reads follows from what its buffer wants; nothing of what it reads is kept. */
export class Player {
  private readonly parts: PlayerParts;
  private readonly watcher: Watcher;
  private readonly events: PlayerEvents;
  private readonly buffer: PlayBuffer;
  private readonly throughput = new Throughput();
  private reader: PlaylistReader;
  private variants: readonly Variant[] = [];
  private variant = 0;
  private playlist: MediaPlaylist | null = null;
  private isLow = false;
  /** Null before the first playlist. */
  private next: Position | null = null;
  /** The moment that the end of what was read shows; NaN when it is not known. */
  private readToEpochMs = NaN;
  /** What was read before its playlist named it, and how long it was thought to be. */
  private promised: { readonly at: Position; readonly durationMs: number } | null = null;
  private triedHint = '';
  private initUrl = '';
  private request: Cancellable | null = null;
  private failures = 0;
  private failuresInAll = 0;
  /** After a failure. */
  private notBeforeMs = 0;
  private wake: Timer | null = null;
  private dry: Timer | null = null;

  /** Begins at once. */
  constructor(parts: PlayerParts, watcher: Watcher, events: PlayerEvents) {
    this.parts = parts;
    this.watcher = watcher;
    this.events = events;
    this.buffer = new PlayBuffer(events);
    this.buffer.settle(parts.timers.now());
    this.reader = this.readerOf(watcher.url);
  }

  /** The viewer is gone. */
  stop(): void {
    this.reader.stop();
    this.request?.cancel();
    this.wake?.cancel();
    this.dry?.cancel();
    this.buffer.close(this.nowMs);
  }

  private get nowMs(): number {
    return this.parts.timers.now();
  }

  private readerOf(url: string): PlaylistReader {
    return new PlaylistReader(this.parts, this.watcher, this.events, url, (playlist) => this.took(playlist));
  }

  private took(playlist: Playlist): void {
    if (playlist.kind === 'media') return this.tookMedia(playlist);
    const { maxHeight, bitsPerSec } = this.watcher;
    this.variants = playlist.variants;
    this.variant = bestRendition(playlist.variants, maxHeight, bitsPerSec * UP_SHARE);
    this.follow(this.variant);
  }

  private follow(variant: number): void {
    this.variant = variant;
    this.playlist = null;
    this.reader.stop();
    this.reader = this.readerOf(this.variants[variant].url);
  }

  private tookMedia(playlist: MediaPlaylist): void {
    const isFirstOfVariant = this.playlist === null;
    this.playlist = playlist;
    this.isLow = takesParts(playlist, this.watcher.lowLatency);
    if (playlist.segments.length > 0) {
      if (this.next === null) this.next = startOf(playlist, this.isLow);
      else if (isFirstOfVariant) this.next = samePlace(playlist, this.next, this.readToEpochMs);
    }
    this.keepPromise(playlist);
    this.pump();
  }

  /** How long a part is that was read by its hint, the playlist says afterwards. */
  private keepPromise({ segments }: MediaPlaylist): void {
    if (this.promised === null) return;
    const { at, durationMs } = this.promised;
    const part = segments.find(({ seq }) => seq === at.seq)?.parts[at.part];
    if (part === undefined) return;
    this.promised = null;
    this.readToEpochMs += part.durationMs - durationMs;
    this.buffer.add(part.durationMs - durationMs, this.nowMs, Infinity);
  }

  /** Asks for what the buffer wants next, if it is there. */
  private pump(): void {
    const { playlist, next } = this;
    if (this.request !== null || playlist === null || next === null || this.nowMs < this.notBeforeMs) return;
    const aheadMs = this.buffer.level(this.nowMs) - this.watcher.bufferMs;
    if (aheadMs >= 0 && this.buffer.state === 'playing') return this.pumpLater(aheadMs + 1);
    const unit = unitAt(playlist, next, this.isLow);
    if (unit === 'gone') {
      // The stream went on without this viewer, who sees it jump.
      this.events.late();
      this.next = startOf(playlist, this.isLow);
      return this.pump();
    }
    if (unit !== null) return this.readUnit(unit);
    if (playlist.isEnded) this.buffer.complete(this.nowMs);
    else if (this.isLow) this.readHint(playlist, next);
  }

  private pumpLater(afterMs: number): void {
    this.wake?.cancel();
    this.wake = this.parts.timers.after(afterMs, () => this.pump());
  }

  private readUnit(unit: Unit): void {
    if (unit.isGap) return this.passOver(unit);
    if (unit.init !== null && unit.init.url !== this.initUrl) return this.readInit(unit.init);
    this.read(unit, (answer) => this.readDone(unit, answer));
  }

  private readInit(init: Place): void {
    this.read(init, (answer) => {
      if (!isGood(answer)) return this.failed(null);
      this.initUrl = init.url;
      this.pump();
    });
  }

  private readDone(unit: Unit, answer: MediaAnswer): void {
    if (!isGood(answer)) return this.failed(unit);
    this.readToEpochMs = unit.atEpochMs + unit.durationMs;
    this.next = unit.next;
    this.arrived(unit.durationMs, answer, answer.tookMs);
  }

  /** The next part, before it is there: the server answers when it is. */
  private readHint(playlist: MediaPlaylist, next: Position): void {
    const { hint, partTargetMs } = playlist;
    const end = endOf(playlist);
    if (hint === null || partTargetMs === null || keyOf(hint) === this.triedHint) return;
    if (end.seq !== next.seq || end.part !== next.part) return;
    this.triedHint = keyOf(hint);
    this.read(hint, (answer) => {
      // A hint is no promise: the playlist says what there is.
      if (!isGood(answer)) return this.events.error();
      this.promised = { at: next, durationMs: partTargetMs };
      this.readToEpochMs += partTargetMs;
      this.next = { seq: next.seq, part: next.part + 1 };
      this.arrived(partTargetMs, answer, answer.tookMs - answer.firstByteMs);
    });
  }

  private read(place: Place, done: (answer: MediaAnswer) => void): void {
    const limits = { firstByteAtMostMs: SEGMENT_FIRST_BYTE_AT_MOST_MS, atMostMs: SEGMENT_AT_MOST_MS };
    const { url, range } = place;
    const request = { url, range, keepsBody: false, bitsPerSec: this.watcher.bitsPerSec, ...limits };
    this.request = this.parts.http.get(request, (answer) => {
      this.request = null;
      this.events.bytes(answer.bytes);
      this.events.queued(answer.queuedMs);
      done(answer);
    });
  }

  /** `readingMs`: how long it took, without what the server waited for. */
  private arrived(durationMs: number, answer: MediaAnswer, readingMs: number): void {
    const { playlist, events, buffer } = this;
    this.failures = 0;
    events.segment();
    if (playlist !== null && answer.tookMs > playlist.targetMs) events.late();
    buffer.add(durationMs, this.nowMs, this.enoughMs());
    this.throughput.read(answer.bytes, readingMs);
    this.noteLatency();
    this.watchDry();
    this.adapt();
    this.pump();
  }

  private enoughMs(): number {
    const { partTargetMs } = this.playlist ?? { partTargetMs: null };
    const isResuming = this.buffer.state === 'stalled';
    return this.isLow && isResuming && partTargetMs !== null ? PARTS_TO_RESUME * partTargetMs : 0;
  }

  private noteLatency(): void {
    const { nowMs, buffer, playlist } = this;
    if (playlist === null || playlist.isEnded || buffer.state !== 'playing') return;
    const shownEpochMs = this.readToEpochMs - buffer.level(nowMs);
    if (shownEpochMs === shownEpochMs) this.events.latency(nowMs - shownEpochMs);
  }

  /** A stall is told when it begins, not when something arrives at last. */
  private watchDry(): void {
    if (this.dry !== null || this.buffer.state !== 'playing') return;
    this.dry = this.parts.timers.after(this.buffer.level(this.nowMs) + 1, () => {
      this.dry = null;
      this.buffer.settle(this.nowMs);
      this.watchDry();
    });
  }

  private adapt(): void {
    if (this.variants.length === 0) return;
    const { maxHeight } = this.watcher;
    const to = nextRendition(this.variants, this.variant, maxHeight, this.throughput.bitsPerSec);
    if (to === this.variant) return;
    this.events.switched(to < this.variant);
    this.follow(to);
  }

  /** `unit`: what could not be had; after some tries it is passed over. Without one it is only asked again. */
  private failed(unit: Unit | null): void {
    this.events.error();
    this.failures++;
    if (unit !== null && this.failures >= TRIES) return this.passOver(unit);
    const random = this.watcher.random(SEGMENT_DRAWS + this.failuresInAll++);
    const waitMs = backOffMs(this.failures, random);
    this.notBeforeMs = this.nowMs + waitMs;
    this.pumpLater(waitMs + 1);
  }

  /** The picture jumps over it. */
  private passOver(unit: Unit): void {
    this.failures = 0;
    this.next = unit.next;
    this.readToEpochMs = unit.atEpochMs + unit.durationMs;
    this.pump();
  }
}

function keyOf({ url, range }: Place): string {
  return range === null ? url : `${url}#${range.offsetBytes}`;
}
