import type { Command } from 'commander';
import { wholeNumber } from '../options.ts';
import { probeShare } from '../run/receiving-options.ts';
import { addTargetOptions, collect, type TargetOptions } from '../run/target-options.ts';
import { addWindowOptions, type WindowOptions } from '../run/window-options.ts';

/** What `k6 build` and `k6 run` have in common: what is to be played, and by how many VUs. */
export interface EventOptions extends TargetOptions, WindowOptions {
  readonly vus?: number;
  /** k6 processes that share the VUs: each needs one. */
  readonly instances?: number;
  readonly viewersPerVu: number;
  /** 0 to 1. */
  readonly probes: number;
}

/**
 * Viewers of a VU, which is one thread. One thread reads some 6,400 messages a second (docs/engines-bench.md), so a pod keeps up with 25 messages a second for each of
 * its viewers. Larger pods cost less a message where the room is quieter, and leave cores idle where they are few.
 */
const VIEWERS_PER_VU = 250;

export function addEventOptions(command: Command): Command {
  const withTarget = command
    .argument('<scenario>', 'a file (.ts, .js, .yaml, .json), or the name of a shipped scenario')
    .option('--target <spec>', 'as for `flashcrowd run`', collect, []);
  return addWindowOptions(addTargetOptions(withTarget))
    .option('--viewers-per-vu <n>', 'a VU is a pod of so many viewers', wholeNumber(1, 100_000), VIEWERS_PER_VU)
    .option('--vus <n>', 'pods; default: as many as the peak needs', wholeNumber(1, 100_000))
    .option('--probes <share>', 'viewers whose lag is measured', probeShare, 1);
}
