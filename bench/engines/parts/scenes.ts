/** What both engines play, one after the other: messages received for a second of the generator's CPU. */
import type { Figures } from '../figures.ts';
import { RECEIVE_HEAVY } from '../places.ts';
import type { Engine, Play, Played } from '../play.ts';
import { USUAL_POD, type Pace } from '../pace.ts';

interface Scene {
  readonly id: string;
  readonly label: string;
  /** 0: one frame a message. */
  readonly coalesceMs: number;
  play(pace: Pace): Play;
}

/** As the shop that `run` starts for itself. */
export const JOINED_MS = 50;

const USUAL_PODS = ['--viewers-per-vu', String(USUAL_POD)];

const receiving =
  (viewers: number, chatsPerViewerMin: number) =>
  (pace: Pace): Play => ({
    scenario: RECEIVE_HEAVY,
    fromText: '10m',
    forSec: pace.warmUpSec + pace.receiveSec,
    warmUpSec: pace.warmUpSec,
    words: ['--set', `audience.push.size=${viewers}`, '--set', `chat.rate=${chatsPerViewerMin}/min`],
    podWords: USUAL_PODS,
  });

/** The answers to a call, and the first seconds of a drop, if there is time for that: the busiest quarter of a minute that it has. */
const creatorDrop = (pace: Pace): Play => ({
  scenario: 'creator-drop',
  fromText: '14m50s',
  forSec: pace.dropSec,
  warmUpSec: 1,
  words: ['--scale', '0.05'],
  podWords: USUAL_PODS,
});

/** A little less than a thousand viewers, so that one pod can have them all, hear four messages a second. Pods of all sizes are measured with it, too. */
export const STEADY = receiving(940, 0.25);

export const SCENES: readonly Scene[] = [
  { id: 'one', label: 'receive-heavy, 4 messages/s, a frame each', coalesceMs: 0, play: STEADY },
  {
    id: 'joined',
    label: `receive-heavy, 40 messages/s, joined every ${JOINED_MS} ms`,
    coalesceMs: JOINED_MS,
    play: receiving(80, 24),
  },
  { id: 'drop-one', label: 'creator-drop at 5 %, a frame a message', coalesceMs: 0, play: creatorDrop },
  {
    id: 'drop-joined',
    label: `creator-drop at 5 %, joined every ${JOINED_MS} ms`,
    coalesceMs: JOINED_MS,
    play: creatorDrop,
  },
];

export const rowOf = (scene: string, engine: Engine): string => `${scene}/${engine}`;

/** Of what is counted: an engine that was later than this at one of its ends is not measured by it. */
const MOST_BEHIND_SHARE = 0.1;

/** `null`: it failed. The gap keeps the rounds of both engines paired. */
export function recordScene(figures: Figures, row: string, played: Played | null): void {
  if (played === null) return figures.add(`${row}.messages`, NaN);
  const { sec, messages, frames, joins, viewers, generatorSec, coordinatorSec, lagP99Ms, othersShare } = played;
  const isBehind = played.behindMs > MOST_BEHIND_SHARE * sec * 1000;
  figures.addAll(row, {
    messages: isBehind ? NaN : messages / generatorSec,
    frames: isBehind ? NaN : frames / generatorSec,
    busyShare: generatorSec / sec,
    coordinatorShare: coordinatorSec / sec,
    viewers,
    perViewerSec: messages / viewers / sec,
    joinsPerSec: joins / sec,
    lag: lagP99Ms,
  });
  figures.add('others', othersShare);
  figures.note(row, played.doubts);
  if (isBehind) figures.note(row, [`**${Math.round(played.behindMs)} ms behind, not counted**`]);
}
