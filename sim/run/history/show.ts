import type { CompiledScenario } from '../../crowd/compiled.ts';
import type { WarmStart } from '../../crowd/warm-start.ts';
import type { Show, TargetPromises } from '../../ledger/history.ts';
import type { Target } from '../../targets/combine.ts';

/** The show as the host prepared it, for the checkers. */
export function showOf(scenario: CompiledScenario, warm: WarmStart): Show {
  return {
    currency: scenario.currency,
    holdMs: scenario.holdMs,
    roomIds: scenario.rooms.map((room) => room.id),
    products: scenario.products.map(({ id, title, perBuyer, dropped, coupon }, product) => ({
      id,
      title,
      priceMinor: warm.priceMinor[product],
      stockUnits: warm.stockLeft[product],
      isOpen: !dropped || warm.standingCues.some((index) => isDropOf(scenario, index, product)),
      offeredUnits: warm.offeredUnits[product],
      perBuyer,
      dropped,
      coupon,
    })),
  };
}

export function promisesOf({ name, room, shop }: Target): TargetPromises {
  return {
    name,
    chatNumbers: room?.abilities.numbers ?? 'no_chat',
    chatDelivery: room?.abilities.sampled ? 'sampled' : 'all',
    cues: room?.abilities.cues ? 'room' : 'clock',
    refusesInBody: shop?.refusesInBody ?? false,
  };
}

function isDropOf({ cues }: CompiledScenario, index: number, product: number): boolean {
  return cues[index].kind === 'drop' && cues[index].product === product;
}
