/** Stock of a variant at one location. */
export interface Level {
  readonly stockLocationId: string;
  readonly stockOnHand: number;
  readonly stockAllocated: number;
}

export interface Variant {
  readonly id: string;
  readonly sku: string;
  readonly stockLevels: readonly Level[];
  readonly stockMovements: { readonly totalItems: number };
}

export interface Movement {
  readonly id: string;
  readonly createdAt: string;
  readonly type: 'ADJUSTMENT' | 'ALLOCATION' | 'RELEASE' | 'SALE' | 'CANCELLATION' | 'RETURN';
  readonly quantity: number;
}

export interface AdminPayment {
  readonly id: string;
  readonly createdAt: string;
  readonly amount: number;
  readonly state: string;
  readonly refunds: readonly { readonly total: number; readonly state: string }[];
}

export interface AdminOrder {
  readonly code: string;
  readonly state: string;
  readonly createdAt: string;
  readonly orderPlacedAt: string | null;
  readonly customer: { readonly emailAddress: string } | null;
  readonly lines: readonly {
    readonly quantity: number;
    readonly productVariant: { readonly id: string };
  }[];
  readonly subTotalWithTax: number;
  readonly shippingWithTax: number;
  readonly payments: readonly AdminPayment[] | null;
}

export interface Page<T> {
  readonly totalItems: number;
  readonly items: readonly T[];
}

/** What signing in answers when it went well. */
export const SOMEBODY = 'CurrentUser';

/** Vendure gives 1000 at most, unless it is set up for fewer. */
export const PAGE_SIZE = 500;

const FIELDS = 'id sku stockLevels { stockLocationId stockOnHand stockAllocated } stockMovements { totalItems }';

export const SIGN_IN = `mutation ($username: String!, $password: String!) {
  result: login(username: $username, password: $password) { type: __typename ... on ErrorResult { message } }
}`;

/** Also what is not for sale. */
export const PAGE = `query ($slug: String!) { result: product(slug: $slug) { variants { ${FIELDS} } } }`;

export const VARIANT = `query ($id: ID!) { result: productVariant(id: $id) { ${FIELDS} } }`;

export const MOVEMENTS = `query ($id: ID!, $skip: Int!, $take: Int!) {
  result: productVariant(id: $id) {
    stockMovements(options: { skip: $skip, take: $take }) {
      totalItems items { ... on StockMovement { id createdAt type quantity } }
    }
  }
}`;

export const UPDATE_VARIANT = `mutation ($variant: UpdateProductVariantInput!) {
  result: updateProductVariants(input: [$variant]) { ${FIELDS} }
}`;

/** Begun or placed since, without the carts of those who never went on. */
export const ORDERS = `query ($since: DateTime!, $skip: Int!, $take: Int!) {
  result: orders(options: {
    skip: $skip, take: $take, sort: { id: ASC }
    filter: {
      state: { notIn: ["Created", "Draft", "AddingItems"] }
      _or: [{ createdAt: { after: $since } }, { orderPlacedAt: { after: $since } }]
    }
  }) {
    totalItems
    items {
      code state createdAt orderPlacedAt customer { emailAddress }
      lines { quantity productVariant { id } }
      subTotalWithTax shippingWithTax
      payments { id createdAt amount state refunds { total state } }
    }
  }
}`;
