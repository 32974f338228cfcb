import { Bins } from '../bins.ts';
import type { MakeEngine } from '../engine.ts';
import { CrowdOverTime } from './crowd-over-time.ts';
import { populations } from './populations.ts';
import { Shop } from './shop.ts';
import { Talk } from './talk.ts';

/**
 * The crowd in numbers: how many come, stay, talk and buy in each step of time, by binomial and multinomial draws. The same model
 * as the agents' without individuals, so its cost grows with the length of the event and not with its audience.
 */
export const makeCohorts: MakeEngine = (scenario, window) => {
  const bins = new Bins(window, scenario.products.length);
  const crowd = new CrowdOverTime(scenario, populations(scenario, bins, window.untilMs), bins);
  const talk = new Talk(scenario, crowd, bins, window.untilMs);
  const shop = new Shop(scenario, crowd, bins);
  return {
    name: 'cohorts',
    play(seedHi, seedLo) {
      bins.clear();
      const moves = crowd.play(seedHi, seedLo);
      const messages = talk.play(seedHi, seedLo);
      shop.play(seedHi, seedLo);
      const { products, soldOutAfterMs, responseMs, failed, refused, requests } = shop.tally;
      const events = moves + messages + requests;
      return { bins, products, soldOutAfterMs, responseMs, failed, refused, events };
    },
  };
};
