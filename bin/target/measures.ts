/** What a run can measure at a target, and what it cannot: by what the target says of itself, and by what the walk saw. */

import type { Target } from '../../sim/targets/combine.ts';
import { markerOf } from '../../sim/targets/marker.ts';
import type { RoomTarget, ShopOutcome } from '../../sim/targets/target.ts';
import type { Measure } from './report.ts';
import type { Findings } from './walk.ts';

export function measuresOf(target: Target, findings: Findings): Measure[] {
  return [...roomMeasures(target.room, findings), ...shopMeasures(target, findings), hostMeasure(target)];
}

function roomMeasures(room: RoomTarget | null, { room: { heard, ownChat } }: Findings): Measure[] {
  if (room === null) return [no('chat', 'there is no room: nobody chats, and viewers follow the clock of the show')];
  const { numbers, times, cues, sampled } = room.abilities;
  const marked = ownChat?.text !== undefined && markerOf(ownChat.text) !== null;
  const numbered = numbers === 'sequence' ? ownChat?.seq !== null : marked;
  const timed = ownChat?.publishedAtMs !== null || marked;
  const by = numbers === 'sequence' ? "by the room's own numbers" : 'by markers in the text of our own chat';
  const measure = (what: string, can: boolean, seen: boolean, how: string, why: string): Measure => {
    if (!can) return no(what, why);
    if (ownChat === null) return { what, can: 'not seen', how: `${how}; no chat came back` };
    return seen
      ? { what, can: 'yes', how }
      : { what, can: 'no', how: `it should be, ${how}, but they are not in what came back` };
  };
  const none = 'messages have no numbers, and carry no markers';
  return [
    measure(
      'chat lag',
      times,
      timed,
      numbers === 'sequence' ? 'by the time in the message' : by,
      'messages do not say when they were published',
    ),
    measure(
      'completeness of chat',
      numbers !== 'none',
      numbered,
      by + (sampled ? '; the room leaves chat out when it is busy' : ''),
      none,
    ),
    measure('order of chat', numbers !== 'none', numbered, by, none),
    {
      what: 'cues',
      can: cues ? (heard.has('cue') || heard.has('announcement') ? 'yes' : 'not seen') : 'no',
      how: cues
        ? 'viewers learn of them from the room'
        : 'the room does not tell of them: viewers follow the clock of the show',
    },
    {
      what: 'stock as viewers see it',
      can: heard.has('stock') ? 'yes' : 'not seen',
      how: heard.has('stock') ? 'by messages of the room' : 'no message of the room spoke of it during the check',
    },
  ];
}

function shopMeasures({ shop, books }: Target, { outcomes, books: read }: Findings): Measure[] {
  if (shop === null) return [no('purchases', 'there is no shop')];
  const { pay, view, cart } = outcomes;
  const promising = [view, cart].filter((outcome) => outcome?.status === 'ok');
  const paid: Measure =
    pay?.status !== 'ok'
      ? { what: 'what buyers were charged', can: 'not seen', how: 'nothing was paid' }
      : pay.amountMinor === undefined
        ? no('what buyers were charged', 'the payment does not say (`result: {amountMinor: ...}`)')
        : { what: 'what buyers were charged', can: 'yes', how: 'the payment says it' };
  return [
    { what: 'purchases', can: 'yes', how: 'every step has its own duration and outcome' },
    promises(promising),
    paid,
    books === null
      ? no('overselling, lost orders', 'there are no books to read; `flashcrowd audit` checks a run against an export')
      : {
          what: 'overselling, lost orders',
          can: read === null ? 'not seen' : 'yes',
          how: read === null ? 'the books were not read' : "by the shop's own books",
        },
    ...(read?.payments === null ? [no('double charges, money', 'the books list no payments (`books.payments`)')] : []),
  ];
}

function promises(outcomes: readonly (ShopOutcome | undefined)[]): Measure {
  const what = 'prices that were promised';
  if (outcomes.length === 0) return { what, can: 'not seen', how: 'nothing was viewed' };
  if (outcomes.some((outcome) => outcome?.priceMinor !== undefined))
    return { what, can: 'yes', how: 'the view or the cart says them' };
  return no(what, 'neither the view nor the cart says one (`result: {priceMinor: ...}`)');
}

function hostMeasure({ hosts }: Target): Measure {
  if (hosts.length > 0)
    return { what: 'actions of the host', can: 'yes', how: 'the run carries out the cues of the show itself' };
  return no('actions of the host', 'a person drives the show; viewers react to what they receive');
}

function no(what: string, how: string): Measure {
  return { what, can: 'no', how };
}
