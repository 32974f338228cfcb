import type { EventClock } from './clock.ts';
import type { Rows } from '../crowd/rows.ts';
import type { TargetViewer } from '../targets/target.ts';
import type { Hearing } from './hearing.ts';
import type { Line } from './line.ts';
import type { Link } from './link.ts';
import type { Numbering } from './numbering.ts';
import type { Recorder } from './recorder.ts';

/** What whoever reads the lines needs to know, and whom it tells what it read. */
export interface Listener {
  readonly rows: () => Rows;
  /** By room: viewers who are in. */
  readonly present: Int32Array;
  /** By room: for chat without numbers. */
  readonly numberings: readonly Numbering[];
  readonly hearing: Hearing;
  readonly recorder: Recorder;
  readonly clock: EventClock;
}

/** How the viewers' lines are opened and read: each world has its own sockets, and its own way to parse a frame once. */
export interface Reading {
  /** Opens this viewer's line; tells `link` of it, and the listener of what is said there. Throws what the adapter throws. */
  open(viewer: TargetViewer, link: Link): Line;
  /** The window begins. */
  begin(): void;
  /** The window is over: what still comes is read at once. */
  end(): void;
}
