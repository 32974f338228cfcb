import type {
  ArrivalTarget,
  BooksTarget,
  HostTarget,
  HttpRequest,
  RoomTarget,
  ShopTarget,
  TargetPart,
} from './target.ts';

/** One system that serves the event, or a part of it. Plain data. */
export interface PartConfig {
  /** An adapter of ADAPTERS, or the `file:` URL of a module whose default export `defineTarget` made. */
  readonly use: string;
  /** What of it is used: with chat here and the shop there, each gives its own. */
  readonly serves: 'all' | 'chat' | 'shop';
  /** Checked, with secrets in them. */
  readonly options: unknown;
}

/** What a worker needs to make the same target as the coordinator. Plain data; it may hold secrets, and is never written down. */
export interface TargetConfig {
  readonly name: string;
  readonly parts: readonly PartConfig[];
  readonly tls: {
    /** Certificates to trust besides those that Node brings, PEM. */
    readonly ca: string | null;
    /** Any certificate is good; only for hosts of this machine and of private networks. */
    readonly insecure: boolean;
  };
  /** Viewers sign in as these, one line each, in turn: names of the columns and their values, as `account.<column>`. */
  readonly accounts: readonly Readonly<Record<string, string>>[];
}

/** A backend as a whole: what several systems serve of one event. */
export interface Target {
  readonly name: string;
  /** What is asked to find out whether each of them is well. */
  readonly health: readonly (HttpRequest & { readonly origin: string })[];
  /** `null`: nobody chats, and viewers follow the clock of the show. */
  readonly room: RoomTarget | null;
  /** `null`: nobody buys. */
  readonly shop: ShopTarget | null;
  readonly hosts: readonly HostTarget[];
  readonly books: BooksTarget | null;
  readonly arrivals: readonly ArrivalTarget[];
  /** Of everything that is connected to, as `http:` or `https:`, once each. */
  readonly origins: readonly string[];
  readonly accounts: TargetConfig['accounts'];
}

/** The parts as one. Of several that could do the same, the first does it. */
export function combine(
  config: Pick<TargetConfig, 'name' | 'accounts'>,
  made: readonly { readonly serves: PartConfig['serves']; readonly part: TargetPart }[],
): Target {
  const chats = made.filter(({ serves }) => serves !== 'shop').map(({ part }) => part);
  const shops = made.filter(({ serves }) => serves !== 'chat').map(({ part }) => part);
  const parts = made.map(({ part }) => part);
  const room = first(chats, 'room');
  const shop = first(shops, 'shop');
  const books = first(shops, 'books');
  const hosts = parts.flatMap(({ host }) => (host ? [host] : []));
  const arrivals = parts.flatMap(({ arrival }) => (arrival ? [arrival] : []));
  const everything = [room, shop, books, ...hosts, ...arrivals];
  return {
    name: config.name,
    health: parts.flatMap(({ health }) => (health ? [health] : [])),
    room,
    shop,
    hosts,
    books,
    arrivals,
    origins: [...new Set(everything.flatMap((part) => (part ? [part.origin] : [])))],
    accounts: config.accounts,
  };
}

function first<K extends 'room' | 'shop' | 'books'>(
  parts: readonly TargetPart[],
  what: K,
): NonNullable<TargetPart[K]> | null {
  return parts.find((part) => part[what] !== undefined)?.[what] ?? null;
}
