import { condition } from '../mapping/condition.ts';
import { mapEnd } from '../mapping/conversation.ts';
import { excerptOf, jsonOf } from '../mapping/json.ts';
import { amountWriter } from '../mapping/money.ts';
import { requestTemplate } from '../mapping/request.ts';
import { stepRunner } from '../mapping/steps.ts';
import type { Values } from '../mapping/template.ts';
import { theirName, withValues, type ProductNames } from '../mapping/values.ts';
import type { Conversation, HostCue, HostTarget, HttpRequest, ShowSetup } from '../target.ts';
import type { HostOptions, SetupStep } from './options.ts';
import type { Staff } from './staff.ts';

/** What the host does, by the steps of the target file. What is refused throws, with the answer in its message. */
export function hostTarget({ setup, cues }: HostOptions, products: ProductNames | undefined, staff: Staff): HostTarget {
  const { context, kept } = staff;
  const toTheirs = theirName(products);
  const priceOf = amountWriter(context);
  const setupSteps = (setup ?? []).map((step) => setupRunner(step, staff, toTheirs));
  const cueSteps = new Map(Object.entries(cues ?? {}).map(([kind, steps]) => [kind, stepRunner(steps ?? [], context)]));
  return {
    origin: context.origin,
    setup: (show) => staff.signedIn(true, () => inTurn(setupSteps.flatMap((requests) => requests(show)))),
    cue: (cue) => {
      const run = cueSteps.get(cue.kind);
      if (run === undefined) return { end: null };
      return staff.signedIn(false, () => {
        const known = withValues(staff.values(), cueValues(cue, toTheirs, priceOf));
        return mapEnd(run(known, kept), ({ status, code }) => {
          if (status !== 'ok') throw new Error(`the shop did not do "${cue.id}" (host.cues.${cue.kind}): ${code}`);
          return null;
        });
      });
    },
    faults: null,
  };
}

interface SetupRequest {
  readonly ask: () => HttpRequest;
  readonly isOk: (value: unknown, status: number) => boolean;
  readonly name: string;
}

function setupRunner(step: SetupStep, staff: Staff, toTheirs: (name: string) => string) {
  const { context } = staff;
  const request = requestTemplate(step, context.headers, context.origin);
  const isOk = condition(step.ok ?? { status: '2xx' });
  const priceOf = amountWriter(context);
  return (show: ShowSetup): SetupRequest[] =>
    occasionsOf(step.forEach, show, toTheirs, priceOf).map((more) => ({
      ask: () => staff.withCookies(request(withValues(staff.values(), { currency: show.currency, ...more }))),
      isOk,
      name: step.request,
    }));
}

function inTurn([first, ...more]: readonly SetupRequest[]): Conversation<null> {
  if (first === undefined) return { end: null };
  return {
    ask: first.ask(),
    then: (answer) => {
      if (!first.isOk(jsonOf(answer.body) ?? answer.body, answer.status))
        throw new Error(`${first.name} (host.setup) answered ${answer.status}: ${excerptOf(answer)}`);
      return inTurn(more);
    },
  };
}

function occasionsOf(
  forEach: SetupStep['forEach'],
  { roomIds, products }: ShowSetup,
  toTheirs: (name: string) => string,
  priceOf: (amountMinor: number) => number,
): Values[] {
  if (forEach === 'rooms') return roomIds.map((room) => ({ room }));
  if (forEach === undefined) return [{}];
  return products.map(({ id, title, priceMinor, stock, perBuyer, open }) => ({
    product: toTheirs(id),
    title,
    priceMinor,
    price: priceOf(priceMinor),
    stock,
    perBuyer: perBuyer ?? undefined,
    open,
  }));
}

function cueValues(cue: HostCue, toTheirs: (name: string) => string, priceOf: (amountMinor: number) => number): Values {
  const { id, roomId, kind: _kind, ...more } = cue;
  const { productId, priceMinor } = more as { productId?: string; priceMinor?: number };
  return {
    ...more,
    cue: { id },
    room: roomId,
    product: productId === undefined ? undefined : toTheirs(productId),
    price: priceMinor === undefined ? undefined : priceOf(priceMinor),
  };
}
