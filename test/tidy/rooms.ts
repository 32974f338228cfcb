import { resolveImport, type Import } from './imports.ts';

/**
 * Who may import whom: rules 1 to 5 of the design, as data. A place is a folder or a file from the root of the
 * repository. A room that is not named here is free.
 */
interface RoomRule {
  /** The most specific room of a file counts. */
  readonly room: string;
  /** Places of this repository it may import, besides itself; without it, all that `never` does not name. */
  readonly only?: readonly string[];
  /** Places it may import from for types alone. */
  readonly typesOnly?: readonly string[];
  readonly never?: readonly string[];
  /** Whether `node:` modules and npm packages are allowed. */
  readonly node: boolean;
  readonly npm: boolean;
  /** Whether k6's own modules are. */
  readonly k6?: boolean;
}

const OUTSIDE_OF_SIM = ['bin', 'reports', 'server-stub', 'test', 'scripts', 'bench'];

const CONTRACT = [
  'sim/targets/target.ts',
  'sim/targets/marker.ts',
  'sim/targets/mapping',
  'sim/errors.ts',
  // Durations and shares are written in target files as in scenarios.
  'sim/scenario/schema/scalars.ts',
  'sim/scenario/suggest.ts',
];

export const ROOMS: readonly RoomRule[] = [
  { room: 'sim', never: OUTSIDE_OF_SIM, node: true, npm: true },
  { room: 'sim/crowd', only: [], node: false, npm: false },
  // What the metrics end in is written into the result; its types are erased, so the room stays pure.
  { room: 'sim/metrics', only: ['sim/crowd'], typesOnly: ['sim/result.ts'], node: false, npm: false },
  { room: 'sim/ledger', only: ['sim/crowd', 'sim/money.ts'], typesOnly: ['sim/result.ts'], node: false, npm: false },
  // The viewers over real lines, the same in Node and in k6: with timers, without anything that only one of them has.
  {
    room: 'sim/live',
    only: [
      'sim/crowd',
      'sim/metrics',
      'sim/ledger',
      'sim/targets/target.ts',
      'sim/targets/marker.ts',
      'sim/targets/combine.ts',
      'sim/errors.ts',
    ],
    node: false,
    npm: false,
  },
  { room: 'sim/plan', never: [...OUTSIDE_OF_SIM, 'sim/run', 'sim/k6'], node: true, npm: true },
  { room: 'sim/run', never: [...OUTSIDE_OF_SIM, 'sim/plan', 'sim/k6'], node: true, npm: true },
  { room: 'sim/k6', never: [...OUTSIDE_OF_SIM, 'sim/plan', 'sim/run'], node: true, npm: true },
  // What runs inside k6, which has no Node.
  {
    room: 'sim/k6/script',
    only: [
      'sim/crowd',
      'sim/metrics',
      'sim/ledger',
      'sim/live',
      'sim/targets/adapters.ts',
      'sim/targets/combine.ts',
      'sim/targets/target.ts',
      'sim/k6/event.ts',
      'sim/k6/during-tag.ts',
      'sim/k6/placeholders.ts',
    ],
    node: false,
    npm: false,
    k6: true,
  },
  {
    room: 'sim/targets/*',
    only: CONTRACT,
    // The contract speaks of the books; their type lives with those who check them.
    typesOnly: ['sim/ledger/books.ts'],
    node: false,
    npm: true,
  },
  {
    room: 'sim/targets/stub',
    only: CONTRACT,
    typesOnly: ['sim/ledger/books.ts', 'server-stub/protocol.ts'],
    node: false,
    npm: true,
  },
  // Target files are read, checked and held against the adapters by Node alone.
  { room: 'sim/targets/config', never: [...OUTSIDE_OF_SIM, 'sim/run', 'sim/plan', 'sim/k6'], node: true, npm: true },
  // Figures and formulas, and what is written from them: the same everywhere.
  { room: 'sim/scaling', only: [], node: false, npm: false },
  { room: 'sim/manifests', only: ['sim/scaling', 'sim/errors.ts'], node: false, npm: true },
  { room: 'server-stub', only: [], node: true, npm: true },
  // Errors are no engine: a report that cannot be written says so like everything else.
  {
    room: 'reports',
    only: ['sim/result.ts', 'sim/plan-result.ts', 'sim/progress.ts', 'sim/errors.ts', 'sim/money.ts', 'sim/metrics'],
    node: true,
    npm: true,
  },
  { room: 'scenarios', only: ['sim/index.ts'], node: false, npm: false },
  { room: 'bin', never: ['test', 'scripts', 'bench'], node: true, npm: true },
];

/** The rule for a file: that of the deepest room it lies in. */
export function roomOf(file: string): RoomRule | null {
  const rooms = ROOMS.filter(({ room }) => contains(room, file));
  // A named folder beats a pattern of the same depth.
  const rank = ({ room }: RoomRule): number => room.split('/').length * 2 - (room.endsWith('*') ? 1 : 0);
  return rooms.toSorted((a, b) => rank(b) - rank(a))[0] ?? null;
}

/** Says why `file` may not import this, or `null` when it may. `dependencies` are those of package.json. */
export function refuse(file: string, { specifier, typeOnly }: Import, dependencies: readonly string[]): string | null {
  const rule = roomOf(file);
  if (!rule) return null;
  if (specifier.startsWith('node:')) return rule.node ? null : `${rule.room} may not import node: modules`;
  const to = resolveImport(file, specifier);
  if (to === null) return refusePackage(rule, specifier, dependencies);
  if (sameRoom(rule.room, file, to)) return null;
  if (rule.typesOnly?.includes(to)) return typeOnly ? null : `${rule.room} may import ${to} for types only`;
  const refused = rule.only ? !rule.only.some((place) => contains(place, to)) : false;
  const forbidden = (rule.never ?? []).find((place) => contains(place, to));
  return refused || forbidden ? `${rule.room} may not import ${forbidden ?? to}` : null;
}

function refusePackage(rule: RoomRule, specifier: string, dependencies: readonly string[]): string | null {
  if (/^k6(?:\/|$)/.test(specifier)) return rule.k6 ? null : `${rule.room} may not import what only k6 has`;
  if (!rule.npm) return `${rule.room} may not import npm packages`;
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  return dependencies.includes(name) ? null : `${name} is not in the dependencies of package.json`;
}

/** Two targets are two rooms, though one rule serves them all. */
function sameRoom(room: string, from: string, to: string): boolean {
  if (!room.endsWith('/*')) return contains(room, to);
  const depth = room.split('/').length;
  return from.split('/').slice(0, depth).join('/') === to.split('/').slice(0, depth).join('/');
}

function contains(place: string, file: string): boolean {
  if (place.endsWith('/*')) {
    const parent = place.slice(0, -1);
    return file.startsWith(parent) && file.slice(parent.length).includes('/');
  }
  return file === place || file.startsWith(`${place}/`);
}
