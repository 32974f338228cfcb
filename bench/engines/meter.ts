/** Reads, several times a second, what a play costs; afterwards it is cut to the window, whose begin only the play itself knows. */
import { readFileSync } from 'node:fs';
import { cpuSeconds, rssKiB } from '../engine/processes.ts';
import { Generators } from './generators.ts';

const LOOK_EVERY_MS = 150;
const TICKS_PER_SEC = 100;

interface Look {
  readonly atEpochMs: number;
  /** CPU-seconds since they were started: of the generators, of all that the play started, of this bench with all its children. */
  readonly generatorSec: number;
  readonly playSec: number;
  readonly benchSec: number;
  /** Of the machine: all cores, whoever used them. */
  readonly busySec: number;
  readonly rssKiB: number;
}

type Seconds = 'generatorSec' | 'playSec' | 'benchSec' | 'busySec';

export class Meter {
  private readonly rootPid: number;
  private readonly generators: Generators;
  private readonly looks: Look[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(rootPid: number) {
    this.rootPid = rootPid;
    this.generators = new Generators(rootPid);
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  /** Stops looking, and ends generators that were left. */
  end(): void {
    clearInterval(this.timer);
    this.generators.kill();
  }

  /** CPU-seconds that were used between two moments. */
  used(what: Seconds, fromEpochMs: number, untilEpochMs: number): number {
    return this.at(what, untilEpochMs) - this.at(what, fromEpochMs);
  }

  /** CPU-seconds of the generators from their start until a moment. */
  generatorSecUntil(epochMs: number): number {
    return this.at('generatorSec', epochMs);
  }

  /** What the generators held at the last look before a moment. */
  rssKiBAt(epochMs: number): number {
    return this.looks.findLast(({ atEpochMs }) => atEpochMs <= epochMs)?.rssKiB ?? NaN;
  }

  private look(): void {
    this.generators.look();
    const { pids } = this.generators;
    const atEpochMs = Date.now();
    const generatorSec = pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
    const look: Look = {
      atEpochMs,
      generatorSec,
      playSec: cpuSeconds(this.rootPid),
      benchSec: cpuSeconds(process.pid),
      busySec: machineBusySec(),
      rssKiB: pids.reduce((sum, pid) => sum + rssKiB(pid), 0),
    };
    // What a process that has ended used is no longer told.
    if (generatorSec >= (this.looks.at(-1)?.generatorSec ?? 0)) this.looks.push(look);
  }

  /** Between two looks in proportion. NaN before the first and after the last. */
  private at(what: Seconds, epochMs: number): number {
    const next = this.looks.findIndex(({ atEpochMs }) => atEpochMs >= epochMs);
    if (next < 1) return NaN;
    const [a, b] = [this.looks[next - 1], this.looks[next]];
    return a[what] + ((b[what] - a[what]) * (epochMs - a.atEpochMs)) / (b.atEpochMs - a.atEpochMs);
  }
}

/** See proc_stat(5): user, nice, system, interrupts, and what the host of a virtual machine took. */
function machineBusySec(): number {
  const [, user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]
    .split(/ +/);
  return [user, nice, system, irq, softirq, steal].reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SEC;
}
