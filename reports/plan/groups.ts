/** The figures of a plan in the groups and the order in which people ask for them. */

import type { FigureName } from '../../sim/plan-result.ts';

export const FIGURE_GROUPS: readonly { readonly title: string; readonly names: readonly FigureName[] }[] = [
  { title: 'Audience', names: ['peakViewers', 'peakViewersAtMs', 'views', 'peakJoinsPerSec'] },
  {
    title: 'Chat and fan-out',
    names: [
      'chatSent',
      'peakChatPerSec',
      'likeBatches',
      'deliveries',
      'peakDeliveriesPerSec',
      'peakEgressBytesPerSec',
      'peakChatLagMs',
    ],
  },
  {
    title: 'Shop',
    names: [
      'httpRequests',
      'peakHttpPerSec',
      'clicks',
      'carts',
      'checkouts',
      'orders',
      'peakOrdersPerSec',
      'units',
      'lostSoldOut',
      'lostSlow',
    ],
  },
  { title: 'Money', names: ['gmvMinor', 'unpaidMinor', 'refundsMinor', 'netMinor'] },
];
