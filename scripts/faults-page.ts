import { FAULTS, type FaultSpec } from '../server-stub/faults/catalog.ts';
import { page, table } from './markdown.ts';

/** What each part is called on the page, and what to know of its faults. */
const PLACES: Record<FaultSpec['where'], { title: string; note: string }> = {
  store: {
    title: 'Stock, orders and payments',
    note: 'Of the store in memory alone: another store, or its naive variant, breaks in its own way.',
  },
  http: { title: 'Answers', note: 'With any store. Admin routes and `/healthz` stay sound.' },
  room: { title: 'Rooms', note: 'Only where one process holds all sockets (`--processes 1`).' },
};

/** docs/faults.md: all ways in which the bundled shop can be made to break. */
export function faultsPage(): string {
  return page(
    'Faults',
    'The bundled shop breaks on purpose when it is told to: how to tell it is in [stub.md](stub.md#faults-on-demand).',
    'The rate is the one that a fault has when none is given: a share of what stands beside it.',
    ...Object.entries(PLACES).flatMap(([where, { title, note }]) => [`## ${title}`, note, tableOf(where)]),
  );
}

function tableOf(where: string): string {
  const rows = Object.entries(FAULTS)
    .filter(([, spec]) => spec.where === where)
    .map(([name, { defaultRate, per, what }]) => [`\`${name}\``, what, percent(defaultRate), per]);
  return table(['fault', 'what happens', 'rate', 'of all'], rows);
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`;
}
