import { ENDPOINTS } from '../crowd/compiled.ts';
import { backendModel } from '../scenario/compile/backend.ts';
import type { Scenario } from '../scenario/schema/scenario.ts';
import { scaleCount, scaleDist, scaleShare, scaleSource, scaleUnits } from './scaling.ts';
import { tagOf } from './tags.ts';

/** One assumption that a sensitivity varies. */
export interface Knob {
  /** Path of the scenario; `*` where several are varied together. */
  readonly path: string;
  readonly label: string;
  readonly tag: string | null;
  readonly lowered: Scenario;
  readonly raised: Scenario;
}

/** Changes a scenario that is a copy. */
type Vary = (scenario: Scenario, factor: number) => void;

interface Entry {
  readonly path: string;
  /** Where its figure stands, when the path is that of something larger. */
  readonly figure?: string;
  readonly label: string;
  readonly vary: Vary;
}

type Persona = Scenario['personas'][string];

/**
 * Every figure of the scenario that the plan hangs on, lowered and raised by `byShare`. Figures that do not change are left out, and
 * those whose tag is not wanted: copies of a large scenario take their time.
 */
export function knobsOf(
  scenario: Scenario,
  byShare: number,
  wanted: (tag: string | null) => boolean = () => true,
): Knob[] {
  const before = JSON.stringify(scenario);
  return entriesOf(scenario).flatMap(({ path, figure = path, label, vary }) => {
    const tag = tagOf(scenario, figure);
    if (!wanted(tag)) return [];
    const varied = (factor: number): Scenario => {
      const copy = structuredClone(scenario);
      vary(copy, factor);
      return copy;
    };
    const [lowered, raised] = [varied(1 - byShare), varied(1 + byShare)];
    const same = [lowered, raised].every((each) => JSON.stringify(each) === before);
    return same ? [] : [{ path, label, tag, lowered, raised }];
  });
}

function entriesOf(scenario: Scenario): Entry[] {
  return [
    ...audienceEntries(scenario),
    ...Object.keys(scenario.personas).flatMap(personaEntries),
    ...TOGETHER.map(([key, label, change]) => ({
      path: `personas.*.${key}`,
      label,
      vary: ((copy, factor) => Object.values(copy.personas).forEach((persona) => change(persona, factor))) as Vary,
    })),
    ...BOTS,
    ...productEntries(scenario),
    ...SHOW,
    ...CHAT_AND_SHOP,
    ...backendEntries(scenario),
  ];
}

function audienceEntries({ audience }: Scenario): Entry[] {
  return Object.entries(audience).map(([id, source]) => ({
    path: `audience.${id}`,
    figure: `audience.${id}.${figureOf(source)}`,
    label: `${id}: viewers who come (${source.kind})`,
    vary: (copy, factor) => {
      copy.audience[id] = scaleSource(copy.audience[id], factor);
    },
  }));
}

/** What says how many come. */
function figureOf(source: Scenario['audience'][string]): string {
  if (source.kind === 'waves') return 'waves';
  return 'size' in source && source.size !== undefined ? 'size' : 'rate';
}

function personaEntries(id: string): Entry[] {
  const entry = (key: string, what: string, change: (persona: Persona, factor: number) => void): Entry => ({
    path: `personas.${id}.${key}`,
    label: `${id}: ${what}`,
    vary: (copy, factor) => change(copy.personas[id], factor),
  });
  const step = (key: keyof Persona['funnel'], what: string): Entry =>
    entry(`funnel.${key}`, what, ({ funnel }, factor) => {
      funnel[key] = scaleShare(funnel[key], factor);
    });
  return [
    entry('dwell', 'how long they stay', (persona, factor) => {
      persona.dwell = scaleDist(persona.dwell, factor);
    }),
    step('click', 'share who click'),
    step('cart', 'share who put it into the cart'),
    step('checkout', 'share who check out'),
    step('pay', 'share who pay'),
  ];
}

/** What matters less is varied for all personas together. */
const TOGETHER: readonly (readonly [key: string, label: string, change: (persona: Persona, factor: number) => void])[] =
  [
    [
      'cardDeclined',
      'cards that are declined',
      (persona, f) => (persona.cardDeclined = scaleShare(persona.cardDeclined, f)),
    ],
    ['coupons', 'carts with a coupon', (persona, f) => (persona.coupons = scaleShare(persona.coupons, f))],
    [
      'refunds.share',
      'orders given back in the show',
      ({ refunds }, f) => refunds && (refunds.share = scaleShare(refunds.share, f)),
    ],
    ['reaction', 'time to the first tap', (persona, f) => (persona.reaction = scaleDist(persona.reaction, f))],
    ['think', 'time between the steps of a purchase', (persona, f) => (persona.think = scaleDist(persona.think, f))],
    ['units', 'units in an order', (persona, f) => (persona.units = scaleUnits(persona.units, f))],
    // All taps but the first: one is what everybody does.
    ['taps', 'extra taps', (persona, f) => (persona.taps = 1 + (persona.taps - 1) * f)],
    ['retry.attempts', 'attempts after a refusal', ({ retry }, f) => (retry.attempts = scaleCount(retry.attempts, f))],
    ['retry.backoff', 'wait before an attempt', ({ retry }, f) => (retry.backoff = scaleCount(retry.backoff, f))],
    ['timeout', 'patience with the shop', (persona, f) => (persona.timeout = scaleCount(persona.timeout, f, 1))],
    [
      'answersCalls',
      'share who answer calls',
      (persona, f) => (persona.answersCalls = scaleShare(persona.answersCalls, f)),
    ],
  ];

const BOTS: readonly Entry[] = [
  {
    path: 'bots.share',
    label: 'bots among those who enter',
    // Somebody is left to be human.
    vary: ({ bots }, factor) => bots && (bots.share = Math.min(Math.max(0.999, bots.share), bots.share * factor)),
  },
  {
    path: 'bots.taps',
    label: 'extra taps of bots',
    vary: ({ bots }, factor) => bots && (bots.taps = 1 + (bots.taps - 1) * factor),
  },
];

/** More products than this are varied together. */
const FEW_PRODUCTS = 3;

function productEntries({ products }: Scenario): Entry[] {
  const ids = Object.keys(products);
  const groups =
    ids.length > FEW_PRODUCTS
      ? [{ name: '*', who: 'all products', ids }]
      : ids.map((id) => ({ name: id, who: id, ids: [id] }));
  return groups.flatMap(({ name, who, ids: members }): Entry[] => [
    {
      path: `products.${name}.stock`,
      label: `${who}: stock`,
      vary: (copy, factor) => {
        for (const id of members) copy.products[id].stock = scaleCount(copy.products[id].stock, factor);
      },
    },
    {
      path: `products.${name}.coupon.off`,
      label: `${who}: what the coupon takes off`,
      vary: (copy, factor) => {
        for (const id of members) {
          const { coupon } = copy.products[id];
          if (coupon) coupon.off = scaleShare(coupon.off, factor);
        }
      },
    },
    {
      path: `products.${name}.price`,
      label: `${who}: price`,
      vary: (copy, factor) => {
        for (const id of members) copy.products[id].price.minor = Math.round(copy.products[id].price.minor * factor);
        for (const cue of copy.show)
          if ('price' in cue && cue.price && members.includes(cue.product))
            cue.price.minor = Math.round(cue.price.minor * factor);
      },
    },
  ]);
}

const SHOW: readonly Entry[] = [
  ...(['pin', 'drop', 'price', 'restock'] as const).map((kind) => ({
    path: `show.${kind}.interest`,
    label: `interest in a ${kind}`,
    vary: (({ show }, factor) => {
      for (const cue of show) if (cue.cue === kind) cue.interest = scaleShare(cue.interest, factor);
    }) as Vary,
  })),
  {
    path: 'show.drop.units',
    label: 'units in a drop',
    vary: ({ show }, factor) => {
      for (const cue of show)
        if (cue.cue === 'drop' && cue.units !== undefined) cue.units = scaleCount(cue.units, factor, 1);
    },
  },
  {
    path: 'show.raid.size',
    label: 'viewers of raids',
    vary: ({ show }, factor) => {
      for (const cue of show) if (cue.cue === 'raid') cue.size = scaleCount(cue.size, factor);
    },
  },
];

const CHAT_AND_SHOP: readonly Entry[] = [
  {
    path: 'chat.rate',
    label: 'chat of one viewer',
    vary: ({ chat }, factor) => {
      if (chat.rate.kind === 'fixed') chat.rate.perSec *= factor;
      else for (const key of ['perViewerMin', 'min', 'max'] as const) chat.rate[key] *= factor;
    },
  },
  {
    path: 'network.rtt',
    label: 'round trip',
    vary: ({ network }, f) => void (network.rtt = scaleDist(network.rtt, f)),
  },
  {
    path: 'shop.hold',
    label: 'how long carts hold units',
    vary: ({ shop }, f) => void (shop.hold = scaleCount(shop.hold, f, 1)),
  },
  {
    path: 'shop.unpaid',
    label: 'orders never paid',
    vary: ({ shop }, f) => void (shop.unpaid = scaleShare(shop.unpaid, f)),
  },
  {
    path: 'shop.refunds',
    label: 'orders sent back',
    vary: ({ shop }, f) => void (shop.refunds = scaleShare(shop.refunds, f)),
  },
];

/** Where servers are without number nobody waits, and how fast they are moves next to nothing. */
function backendEntries(scenario: Scenario): Entry[] {
  const model = backendModel(scenario);
  const limited = ENDPOINTS.filter((name) => model.endpoints[name].servers !== null);
  const endpoints = limited.flatMap((name): Entry[] => [
    {
      path: `backend.endpoints.${name}.servers`,
      label: `servers of ${name}`,
      vary: (copy, factor) => {
        const endpoint = copy.backend!.endpoints![name]!;
        endpoint.servers = scaleCount(endpoint.servers!, factor, 1);
      },
    },
    {
      path: `backend.endpoints.${name}.service`,
      label: `service time of ${name}`,
      vary: (copy, factor) => {
        copy.backend!.endpoints![name]!.service = scaleDist(model.endpoints[name].service, factor);
      },
    },
    {
      path: `backend.endpoints.${name}.queue`,
      label: `queue of ${name}`,
      vary: (copy, factor) => {
        const endpoint = copy.backend!.endpoints![name]!;
        if (typeof endpoint.queue === 'number') endpoint.queue = scaleCount(endpoint.queue, factor);
      },
    },
  ]);
  const capacity: Entry = {
    path: 'backend.fanout.capacity',
    label: 'capacity of the fan-out',
    vary: ({ backend }, factor) => {
      if (typeof backend?.fanout?.capacity === 'number') backend.fanout.capacity *= factor;
    },
  };
  return [...endpoints, capacity];
}
