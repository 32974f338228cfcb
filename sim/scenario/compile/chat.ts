import type { CompiledPersona, CompiledRoom } from '../../crowd/compiled.ts';
import type { Scenario } from '../schema/scenario.ts';
import type { ExpectedAudience } from './audience.ts';

/** Half a second resolves bursts that die away over seconds; longer for events whose tables would grow too large. */
const MIN_BIN_MS = 500;
const MAX_BINS = 4_000_000;

/**
 * The chat rate of each room over time. The rate per viewer follows the size of the whole audience, so a crowd that
 * was scaled down by `scale` talks as the full one would, viewer by viewer.
 */
export function compileRooms(
  scenario: Scenario,
  audience: ExpectedAudience,
  personas: readonly CompiledPersona[],
  scale: number,
): CompiledRoom[] {
  const ids = Object.keys(scenario.rooms);
  const binMs = Math.max(MIN_BIN_MS, Math.ceil((scenario.duration * ids.length) / MAX_BINS));
  const bins = Math.ceil(scenario.duration / binMs) + 1;
  return ids.map((id, room) => {
    const chatPerViewerMs = new Float64Array(bins);
    const chatRoomPerMs = new Float64Array(bins);
    for (let bin = 0; bin < bins; bin++) {
      const step = Math.min(audience.present[room][0].length - 1, Math.floor((bin * binMs) / audience.stepMs));
      let viewers = 0;
      let talkers = 0;
      personas.forEach((persona, p) => {
        viewers += audience.present[room][p][step];
        talkers += audience.present[room][p][step] * persona.chatFactor;
      });
      chatPerViewerMs[bin] = ratePerMs(scenario.chat.rate, viewers / scale);
      chatRoomPerMs[bin] = chatPerViewerMs[bin] * talkers;
    }
    const burstKeepPerBin = Math.fround(Math.exp(-binMs / scenario.chat.bursts.decay));
    return { id, title: scenario.rooms[id].title, chatBinMs: binMs, chatPerViewerMs, chatRoomPerMs, burstKeepPerBin };
  });
}

function ratePerMs(rate: Scenario['chat']['rate'], viewers: number): number {
  if (rate.kind === 'fixed') return rate.perSec / 1000;
  const perMin = rate.perViewerMin * Math.pow(Math.max(1, viewers) / rate.referenceViewers, rate.exponent);
  return Math.fround(Math.min(rate.max, Math.max(rate.min, perMin)) / 60_000);
}
