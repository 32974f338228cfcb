import type { SensitivityLine } from '../plan-result.ts';
import type { Knob } from './knobs.ts';
import type { PlanSample } from './sample.ts';
import { meanOf } from './summary.ts';

/** The runs of one assumption, lowered and raised, with the seeds of the base. */
export interface VariedRuns {
  readonly knob: Knob;
  readonly lowered: readonly PlanSample[];
  readonly raised: readonly PlanSample[];
}

/** What each assumption moves, the most important first: by GMV, then by the peak. */
export function rankSensitivity(
  base: readonly PlanSample[],
  varied: readonly VariedRuns[],
  byShare: number,
): SensitivityLine[] {
  const lines = varied.map(({ knob, lowered, raised }): SensitivityLine => {
    const change = (name: 'gmvMinor' | 'peakViewers') => ({
      lowered: relativeChange(base, lowered, name),
      raised: relativeChange(base, raised, name),
    });
    const { path, label, tag } = knob;
    return { path, label, tag, byShare, gmv: change('gmvMinor'), peakViewers: change('peakViewers') };
  });
  return lines.toSorted((a, b) => effect(b.gmv) - effect(a.gmv) || effect(b.peakViewers) - effect(a.peakViewers));
}

function effect({ lowered, raised }: SensitivityLine['gmv']): number {
  return Math.max(Math.abs(lowered), Math.abs(raised));
}

/** Over the runs that both have. Of nothing there is no share: 0 when the base is. */
function relativeChange(
  base: readonly PlanSample[],
  other: readonly PlanSample[],
  name: 'gmvMinor' | 'peakViewers',
): number {
  const runs = new Set(other.map(({ run }) => run));
  const before = meanOf(
    base.filter(({ run }) => runs.has(run)),
    name,
  );
  return before > 0 ? Number((meanOf(other, name) / before - 1).toPrecision(6)) : 0;
}
