import { dist } from '../../sim/scenario/schema/dist.ts';
import * as scalars from '../../sim/scenario/schema/scalars.ts';
import { definitionOf, type Schema } from './words.ts';

/** Examples of keys, by their whole path, or by its end where that begins with a dot. The longest that fits counts. */
const EXAMPLES: readonly (readonly [path: string, example: unknown])[] = [
  ['$schema', './scenario.schema.json'],
  ['name', 'spring-drop'],
  ['title', 'Spring drop'],
  ['about', 'Two creators sell one serum for an hour.'],
  ['duration', '1h30m'],
  ['seed', 20240608],
  ['rooms', { main: { title: 'Main room' }, second: { title: 'Second room' } }],
  ['audience', { browse: { kind: 'steady', rate: '60/min' } }],
  ['personas', { fan: { dwell: { median: '12m', sigma: 1 } } }],
  ['products', { serum: { title: 'Serum', price: 'USD 29.00', stock: '5k' } }],
  ['show', [{ at: '10m', cue: 'drop', product: 'serum' }]],
  ['chat', { rate: '0.02/min', bursts: { size: 8 } }],
  ['bots', { share: '20%' }],
  ['network', { rtt: { median: '80ms', sigma: 0.6 } }],
  ['shop', { hold: '90s' }],
  ['video', { share: '60%', lowLatency: true }],
  ['backend', { endpoints: { checkout: { servers: 40, service: { median: '120ms', sigma: 0.8 } } } }],
  ['faults', { stock_race: true, chat_dropped: '0.1%' }],
  ['health', { lateStartP99: '50ms' }],
  ['thresholds', { chat_lag: ['p(99)<250'] }],
  ['sources', { 'chat.rate': { tag: 'd', from: 'our show of 3 May' } }],
  ['rooms.NAME.title', 'Main room'],
  ['products.NAME.title', 'Hair serum, 60 ml'],
  ['chat.rate', '0.02/min'],
  ['chat.rate(fixed).perSec', 0.0005],
  ['show[N].from', 'the room of Mia'],
  ['thresholds.METRIC', ['p(95)<500', 'p(99)<1500']],
  ['sources.PATH.tag', 'd'],
  ['sources.PATH.from', 'our show of 3 May'],
  ['.personas', { fan: 0.15, passerby: 0.85 }],
  ['.at', '15m'],
  ['.from', '10m'],
  ['.to', '40m'],
  ['.every', '15m'],
  ['.until', '5h45m'],
  ['.for', '2m'],
  ['.within', '12m'],
  ['.size', '10k'],
  ['.rate', '100/min'],
  ['.room', 'main'],
  ['.product', 'serum'],
  ['.waves', [{ at: '5m', size: '9k', within: '12m' }]],
  ['.units', 200],
  ['personas.NAME.units', { 1: '80%', 2: '20%' }],
  ['personas.NAME.coupons', '30%'],
  ['personas.NAME.refunds', { share: '2%', after: { median: '20m', sigma: 1 } }],
  ['personas.NAME.refunds.after', { median: '20m', sigma: 1 }],
  ['personas.NAME.doubleTaps', '1%'],
  ['personas.NAME.twoDevices', '0.5%'],
  ['.funnel', { click: '24%', cart: '45%', checkout: '70%', pay: '92%' }],
  ['.retry', { attempts: 3, backoff: '500ms' }],
  ['.reconnect', { attempts: 10, max: '1m' }],
  ['.quantiles', { p10: '33s', p50: '461s', p90: '2575s' }],
  [
    '.mix',
    [
      { share: '45%', mean: '6s' },
      { share: '55%', median: '60s', sigma: 1.2 },
    ],
  ],
  ['.bursts', { share: '50%', size: 8 }],
  ['chat.bursts.size', 8],
  ['.skew', { chatters: '10%' }],
  ['.length', { p50: 9, p90: 31 }],
  ['.keyword', 'serum'],
  ['.prize', 'a year of serum'],
  ['.perBuyer', 2],
  ['.coupon', { code: 'LIVE10', off: '10%' }],
  ['.coupon.code', 'LIVE10'],
  ['faults.FAULT', '0.1%'],
  ['.endpoints', { checkout: { servers: 40, queue: 400, timeout: '5s' } }],
  ['.endpoints.view', { servers: 200 }],
  ['.endpoints.cart', { servers: 80 }],
  ['.endpoints.checkout', { servers: 40, queue: 400, timeout: '5s' }],
  ['.endpoints.pay', { servers: 40, service: '300ms' }],
  ['.servers', 40],
  ['.queue', 400],
  ['.timeout', '5s'],
  ['.service', { median: '120ms', sigma: 0.8 }],
  ['.writes', 3],
  ['.fanout', { capacity: '2M/s', perViewer: '10/s' }],
  ['.capacity', '2M/s'],
  ['.perViewer', '10/s'],
  ['.lag', '80ms'],
  ['.messageBytes', 240],
  ['.connectionsPerFrontEnd', '50k'],
  ['.url', 'https://cdn.example.com/live/{{room}}/master.m3u8'],
  ['.devices', { mobile: { share: '80%', maxHeight: 720, bandwidth: '12 Mbit/s' }, tv: { share: '20%' } }],
  ['.devices.NAME.share', '80%'],
  ['.maxHeight', 720],
  ['.bandwidth', { median: '12 Mbit/s', sigma: 0.8 }],
  ['.lowLatency', true],
  ['.renditions', [{ height: 720, bitRate: '3 Mbit/s' }]],
  ['.renditions[N].height', 720],
  ['video.devices.NAME.bandwidth.median', '12 Mbit/s'],
  ['.threshold', 'p(99)<250'],
  ['.abortOnFail', true],
  ['.delayAbortEval', '10s'],
];

/** The two forms of `audience.NAME.rate` have one path; a list of points is told from a rate by its type. */
const CURVE = [
  { at: 0, rate: '10/min' },
  { at: '20m', rate: '90/min' },
];

/** Examples of a type, from its zod schema: JSON Schema leaves them out. */
export function examplesOfType(definition: string): readonly unknown[] {
  const key = `${definition[0].toLowerCase()}${definition.slice(1)}`;
  const schema = definition === 'Dist' ? dist : (scalars as unknown as Record<string, typeof dist>)[key];
  return (schema?.meta()?.examples as readonly unknown[] | undefined) ?? [];
}

/** An example that the schema accepts: one from the list above, the default, or one of its type. */
export function exampleOf(path: string, schema: Schema): unknown {
  if (schema.type === 'array' && path === 'audience.NAME.rate') return CURVE;
  const listed = EXAMPLES.filter(([end]) => path === end || (end.startsWith('.') && path.endsWith(end)));
  const best = listed.toSorted(([a], [b]) => b.length - a.length)[0];
  if (best) return best[1];
  const ofType = examplesOfType(definitionOf(schema) ?? 'none')[0];
  return schema.default ?? schema.examples?.[0] ?? ofType ?? schema.const ?? schema.enum?.[0];
}
