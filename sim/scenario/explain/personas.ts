/** What each kind of viewer does, in sentences. */

import { formatDuration, formatNumber, formatRate, formatShare } from '../format.ts';
import type { Persona } from '../schema/persona.ts';
import type { Scenario } from '../schema/scenario.ts';
import { tagMark } from './tags.ts';
import { describeDist } from './words.ts';

export function explainPersonas(scenario: Scenario): string[] {
  const people = Object.entries(scenario.personas).flatMap(([id, persona], i) => [
    ...(i > 0 ? [''] : []),
    `${id}`,
    ...sentences(scenario, id, persona),
  ]);
  return [...people, ...bots(scenario)];
}

function sentences(scenario: Scenario, id: string, persona: Persona): string[] {
  const mark = (key: string) => tagMark(scenario, `personas.${id}.${key}`);
  const { click, cart, checkout, pay } = persona.funnel;
  const conversion = click * cart * checkout * pay;
  const units = persona.units
    .filter((each) => each.weight > 0)
    .map((each) => `${each.units} in ${formatShare(each.weight)} of orders`);
  return [
    `Stays ${describeDist(persona.dwell)}. ${mark('dwell')}`,
    `Chats ${persona.chat === 1 ? 'at the rate of the room' : `at ${formatNumber(persona.chat)} times the rate of the room`} ${mark('chat')}, ` +
      `likes ${formatRate(persona.likes)} ${mark('likes')}, gifts ${formatRate(persona.gifts)} ${mark('gifts')}; ` +
      `${formatShare(persona.answersCalls)} answer a call ${mark('answersCalls')}.`,
    `Of those who see a product at full interest: ${formatShare(click)} open it, ${formatShare(cart)} of these fill a cart, ` +
      `${formatShare(checkout)} go to checkout, ${formatShare(pay)} pay; ${formatShare(conversion)} in all. ${mark('funnel')}`,
    `Reacts after ${describeDist(persona.reaction)} ${mark('reaction')}, ${tapping(persona.taps)} ${mark('taps')}, ` +
      `thinks ${describeDist(persona.think)} between steps ${mark('think')}.`,
    `Buys ${units.join(', ')} ${mark('units')}; ${formatShare(persona.cardDeclined)} of cards are declined ${mark('cardDeclined')}.`,
    ...besides(persona, mark),
    `Waits ${formatDuration(persona.timeout)} for an answer ${mark('timeout')}, tries again ${persona.retry.attempts} times ${mark('retry')}, ` +
      `reconnects up to ${persona.reconnect.attempts} times ${mark('reconnect')}.`,
  ].map((line) => `  ${line}`);
}

/** What most personas do not do. */
function besides({ coupons, refunds, doubleTaps, twoDevices }: Persona, mark: (key: string) => string): string[] {
  const said = [
    coupons > 0 ? `enters the coupon in ${formatShare(coupons)} of carts ${mark('coupons')}` : '',
    refunds
      ? `gives ${formatShare(refunds.share)} of orders back, after ${describeDist(refunds.after)} ${mark('refunds')}`
      : '',
    doubleTaps > 0 ? `sends ${formatShare(doubleTaps)} of payments twice at once ${mark('doubleTaps')}` : '',
    twoDevices > 0 ? `makes ${formatShare(twoDevices)} of purchases on two devices ${mark('twoDevices')}` : '',
  ].filter((part) => part !== '');
  const text = said.join('; ');
  return text === '' ? [] : [`${text[0].toUpperCase()}${text.slice(1)}.`];
}

function tapping(taps: number): string {
  return taps === 1 ? 'taps once' : `taps ${formatNumber(taps)} times`;
}

function bots({ bots: bot, ...scenario }: Scenario): string[] {
  if (bot === undefined) return [];
  const mark = (key: string) => tagMark(scenario, `bots.${key}`);
  return [
    '',
    'bots',
    `  ${formatShare(bot.share)} of those who enter ${mark('share')}; they stay ${describeDist(bot.dwell)} ${mark('dwell')}.`,
    `  They react after ${describeDist(bot.reaction)} ${mark('reaction')}, tap ${formatNumber(bot.taps)} times ${mark('taps')}, ` +
      `try again ${bot.retry.attempts} times, ${formatDuration(bot.retry.backoff)} apart at first ${mark('retry')}.`,
  ];
}
