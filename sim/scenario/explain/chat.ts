/** What the rooms say: how much, in what rhythm, and what that means for fan-out. */

import type { CompiledScenario } from '../../crowd/compiled.ts';
import { formatClock, formatCount, formatDuration, formatNumber, formatRate, formatShare } from '../format.ts';
import type { Scenario } from '../schema/scenario.ts';
import { viewersAt } from './audience.ts';
import { tagMark } from './tags.ts';

export function explainChat(scenario: Scenario, compiled: CompiledScenario): string[] {
  const { rate, bursts, skew, length } = scenario.chat;
  const how =
    rate.kind === 'fixed'
      ? `${formatRate(rate.perSec)} for each viewer`
      : `${formatNumber(rate.perViewerMin)}/min for each viewer at ${formatCount(rate.referenceViewers)}, less in larger rooms (exponent ${formatNumber(rate.exponent)}), ` +
        `within ${formatNumber(rate.min)} and ${formatNumber(rate.max)}/min`;
  return [
    `${how} ${tagMark(scenario, 'chat.rate')}.`,
    `${formatShare(bursts.share)} of messages come in bursts of ${formatNumber(bursts.size)} on average, dying away in ${formatDuration(bursts.decay)} ${tagMark(scenario, 'chat.bursts')}.`,
    `${formatShare(skew.chatters)} of viewers ever chat ${tagMark(scenario, 'chat.skew')}; messages have ${length.p50} characters in the median, one in ten more than ${length.p90} ${tagMark(scenario, 'chat.length')}.`,
    ...compiled.rooms.map((room) => busiest(room, compiled)),
  ];
}

/** Deliveries are told for a single room only: the audience is not kept by room. */
function busiest(room: CompiledScenario['rooms'][number], compiled: CompiledScenario): string {
  const perMs = room.chatRoomPerMs.reduce((max, each) => Math.max(max, each), 0);
  const atMs = room.chatRoomPerMs.indexOf(perMs) * room.chatBinMs;
  const said = `${room.title}: at most ${formatNumber(perMs * 1000)} messages a second expected, around ${formatClock(atMs)}`;
  if (compiled.rooms.length > 1) return `${said}.`;
  return `${said}; to everybody there, that is ${formatNumber(perMs * 1000 * viewersAt(compiled, atMs))} deliveries a second.`;
}
