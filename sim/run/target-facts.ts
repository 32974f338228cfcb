import type { Target } from '../targets/combine.ts';
import type { RoomAbilities } from '../targets/target.ts';

/** What of a target its results depend on. A `Target` is one; without the rest of it, it is plain data that holds no secrets. */
export interface TargetFacts {
  readonly name: string;
  readonly origins: readonly string[];
  /** `null`: there is none, here and below. */
  readonly room: { readonly abilities: RoomAbilities } | null;
  readonly shop: object | null;
  readonly books: object | null;
  readonly hosts: readonly object[];
}

/** As plain data. */
export function factsOf({ name, origins, room, shop, books, hosts }: Target): TargetFacts {
  return {
    name,
    origins,
    room: room && { abilities: room.abilities },
    shop: shop && {},
    books: books && {},
    hosts: hosts.map(() => ({})),
  };
}
