import { Answers } from './answers.ts';
import type { Purchase } from './history.ts';
import { Requests } from './requests.ts';
import { Tellings } from './tellings.ts';

/**
 * What the checks look for in the requests of all purchases, found in one pass: the steps of a purchase are made anew for each look, so
 * that a pass for every check took longer than the checks. Most checks then look closer at few purchases.
 */
export class Survey {
  readonly tellings = new Tellings();
  readonly answers = new Answers();
  readonly requests: Requests;

  constructor(purchases: readonly Purchase[]) {
    this.requests = new Requests(purchases.length);
    purchases.forEach((purchase, row) => {
      const { steps } = purchase;
      this.tellings.add(purchase, steps);
      this.answers.add(purchase, steps);
      this.requests.add(purchase, steps, row);
    });
  }
}
