/** What the rooms say: how much, in what rhythm, and what that means for fan-out. */

import type { CompiledScenario } from '../../crowd/compiled.ts';
import { formatClock, formatCount, formatDuration, formatNumber, formatRate, formatShare } from '../format.ts';
import type { Scenario } from '../schema/scenario.ts';
import { viewersAt } from './audience.ts';
import { tagMark } from './tags.ts';

/** With the usual reaction (median .9 s, sigma .5), nine in ten answers have come by then. */
const ANSWERED_WITHIN_SEC = 2;

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
    ...loudestCall(scenario, compiled),
  ];
}

/**
 * Answers to a call come within seconds, and each is delivered to everybody: for most shows that is the peak. Personas are taken
 * as equally present, as `personas` of the audience are not kept over time; it is a size, not a figure.
 */
function loudestCall(scenario: Scenario, compiled: CompiledScenario): string[] {
  const calls = compiled.cues.filter((cue) => cue.kind === 'call' || cue.kind === 'giveaway');
  if (calls.length === 0) return [];
  const people = Object.values(scenario.personas);
  const share = people.reduce((sum, persona) => sum + persona.answersCalls, 0) / people.length;
  const answers = (cue: (typeof calls)[number]): number =>
    viewersAt(compiled, cue.atMs) * Math.min(1, share * cue.interest);
  const loudest = calls.reduce((most, cue) => (answers(cue) > answers(most) ? cue : most));
  const messages = answers(loudest);
  const perSec = messages / ANSWERED_WITHIN_SEC;
  return [
    `A call brings more: at ${formatClock(loudest.atMs)} about ${formatCount(Math.round(messages))} answers, most within ${ANSWERED_WITHIN_SEC} seconds; ` +
      `to everybody there, that is about ${formatCount(Math.round(perSec * viewersAt(compiled, loudest.atMs)))} deliveries a second.`,
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
