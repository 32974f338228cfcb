/** Which rows of the series are drawn together, in which colours, from the top of the page to the bottom. */

import type { PlannedRow, SeriesName } from '../../sim/result.ts';
import type { ColorName } from './palette.ts';

interface LineSpec {
  readonly row: SeriesName;
  readonly label: string;
  readonly color: ColorName;
  readonly area?: boolean;
  readonly dashed?: boolean;
}

interface PlannedLineSpec {
  /** That of a line of the strip. */
  readonly row: PlannedRow;
  readonly color: ColorName;
  /** Two bands over each other cannot be told apart: the second waits in the legend. */
  readonly off?: boolean;
}

export interface StripSpec {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** Rows count events of a step and are shown per second. */
  readonly perSec: boolean;
  /** Rows are multiplied by this: 100 makes per cent of a share. */
  readonly times?: number;
  readonly lines: readonly LineSpec[];
  /** What the plan of the window says of these lines, in the same unit. */
  readonly planned?: readonly PlannedLineSpec[];
  /** The threshold that is drawn as a line, by metric and aggregate. */
  readonly limit?: { readonly metric: string; readonly aggregate: string };
}

export const STRIP_SPECS: readonly StripSpec[] = [
  {
    id: 'viewers',
    title: 'Viewers',
    unit: 'at once',
    perSec: false,
    lines: [{ row: 'viewers', label: 'connected', color: 'blue', area: true }],
    planned: [{ row: 'viewers', color: 'gray' }],
  },
  {
    id: 'joins',
    title: 'Coming and going',
    unit: '/s',
    perSec: true,
    lines: [
      { row: 'joins', label: 'joins', color: 'blue' },
      { row: 'leaves', label: 'leaves', color: 'orange', dashed: true },
      { row: 'reconnects', label: 'reconnects', color: 'purple' },
    ],
    planned: [
      { row: 'joins', color: 'gray' },
      { row: 'leaves', color: 'sky', off: true },
    ],
  },
  {
    id: 'chat-in',
    title: 'Chat sent',
    unit: '/s',
    perSec: true,
    lines: [
      { row: 'chatSent', label: 'messages', color: 'blue', area: true },
      { row: 'likesSent', label: 'like batches', color: 'orange' },
      { row: 'giftsSent', label: 'gifts', color: 'green' },
    ],
    planned: [{ row: 'chatSent', color: 'gray' }],
  },
  {
    id: 'chat-out',
    title: 'Chat received',
    unit: '/s, all viewers',
    perSec: true,
    lines: [{ row: 'chatReceived', label: 'deliveries', color: 'blue', area: true }],
  },
  {
    id: 'chat-lag',
    title: 'Chat lag',
    unit: 'ms',
    perSec: false,
    lines: [
      { row: 'chatLagP50Ms', label: 'p50', color: 'green' },
      { row: 'chatLagP95Ms', label: 'p95', color: 'blue' },
      { row: 'chatLagP99Ms', label: 'p99', color: 'orange', area: true },
      { row: 'chatLagMaxMs', label: 'max', color: 'gray', dashed: true },
    ],
    limit: { metric: 'chat_lag', aggregate: 'p(99)' },
  },
  {
    id: 'orders',
    title: 'Orders',
    unit: '/s',
    perSec: true,
    lines: [
      { row: 'orders', label: 'paid', color: 'green', area: true },
      { row: 'ordersRejected', label: 'rejected', color: 'orange', dashed: true },
      { row: 'ordersUnknown', label: 'unknown', color: 'purple' },
    ],
    planned: [{ row: 'orders', color: 'gray' }],
  },
  {
    id: 'requests',
    title: 'Shop requests',
    unit: '/s',
    perSec: true,
    lines: [
      { row: 'httpRequests', label: 'sent', color: 'blue', area: true },
      { row: 'httpErrors', label: 'errors', color: 'orange' },
    ],
    planned: [{ row: 'httpRequests', color: 'gray' }],
  },
  {
    id: 'checkout',
    title: 'Checkout latency',
    unit: 'ms',
    perSec: false,
    lines: [{ row: 'checkoutP95Ms', label: 'p95', color: 'blue', area: true }],
    limit: { metric: 'checkout_duration', aggregate: 'p(95)' },
  },
  {
    id: 'generator',
    title: 'Generator health',
    unit: 'ms',
    perSec: false,
    lines: [
      { row: 'lateStartP99Ms', label: 'late starts p99', color: 'blue' },
      { row: 'receiveWaitP99Ms', label: 'receive wait p99', color: 'green' },
      { row: 'stallMaxMs', label: 'longest stall', color: 'orange', dashed: true },
      { row: 'gcMaxMs', label: 'longest GC pause', color: 'purple' },
    ],
    limit: { metric: 'late_starts', aggregate: 'p(99)' },
  },
  {
    id: 'generator-cpu',
    title: 'Busiest worker',
    unit: '%',
    perSec: false,
    times: 100,
    lines: [
      { row: 'workerCpuMaxShare', label: 'CPU, of one core', color: 'blue', area: true },
      { row: 'workerBusyMaxShare', label: 'loop busy', color: 'orange', dashed: true },
    ],
  },
];
