import type { Target } from '../targets/combine.ts';
import { ClockProbe, type Probed } from './clock-probe.ts';
import { askOver, clockQuestion } from './date-header.ts';
import type { HttpClients } from './http-clients.ts';

/** The clock of the target against ours: asked before the ramp and again after the window, so that drift shows. */
export class TargetClock {
  /** As last found; `null` before. */
  found: Probed | null = null;
  private readonly probe: ClockProbe;

  constructor(target: Target, http: HttpClients) {
    this.probe = new ClockProbe(askOver(http, clockQuestion(target)));
  }

  /** Takes 3 s at most, and never rejects. */
  async ask(stop: AbortSignal): Promise<void> {
    this.found = await this.probe.probe(stop);
  }
}
