// A look of staff at a cart, one stream a cart. Stored format: change only by adding a version and
// an upcaster.

export interface CartAccessed {
  readonly type: 'CartAccessed';
  readonly data: {
    /** Of an order's cart too; the order's own id where the order cannot be read. */
    readonly cartId: string;
    /** Who signed in. */
    readonly subject: string;
    readonly role: string;
    /** Null where an admin gave none, who needs none for an order. */
    readonly reason: string | null;
  };
}

export type AccessEvent = CartAccessed;
