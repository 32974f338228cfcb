import type { ChatClock } from './chat-clock.ts';
import type { CompiledScenario } from './compiled.ts';
import type { Digest } from './digest.ts';
import type { IntentSink } from './intents.ts';
import type { Rows } from './rows.ts';
import type { TimingWheel } from './wheel.ts';

/** What the parts of the crowd share. */
export interface CrowdState {
  readonly scenario: CompiledScenario;
  readonly rows: Rows;
  readonly wheel: TimingWheel;
  readonly sink: IntentSink;
  readonly chatClocks: readonly ChatClock[];
  /** What viewers do of themselves. */
  readonly selfDigest: Digest;
  /** What they do because of a cue, an answer or a lost connection. */
  readonly reactionDigest: Digest;
}

/** A viewer's timers. Timer number = row * SLOTS + slot. */
export const SLOT = {
  /** The next of leave, chat, like, gift. */
  self: 0,
  /** The next step of a purchase. */
  shop: 1,
  /** The next extra tap on "link is up". */
  tap: 2,
  /** The answer to a call to action. */
  call: 3,
  /** The next attempt to connect again. */
  link: 4,
} as const;
export const SLOTS = 5;
