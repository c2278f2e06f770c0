// Rows of carts in memory, so that a cart that nothing has changed is not read and parsed again.
// What is answered is what the database would answer at that moment.
import { LRUCache } from 'lru-cache';
import type { ExistingCartState } from '../domain/cart/state.js';
import type { CartView } from '../domain/cart/view.js';
import type { ReadOnlyDatabase } from './database.js';
import type { LiveTables } from './live-tables.js';
import { hasDoubtful, isDoubtful } from './skipped-events.js';
import { parsed } from './stored-rows.js';

/** Shared by all who ask: nobody may change it. */
export interface CartRow {
  readonly state: ExistingCartState;
  /** The cart with the prices of its last change. */
  readonly view: CartView;
}

interface StoredCart {
  readonly state: string;
  readonly view: string;
}

interface Remembered {
  readonly stored: StoredCart;
  readonly row: CartRow;
  /** The row is what the database has while this is its mark. */
  readonly mark: number | undefined;
}

/** Of the rows as text. In memory they take several times as much. */
const MOST_CHARACTERS = 4 * 1024 * 1024;
/** A larger cart would displace many others. */
const MOST_OF_ONE = 64 * 1024;

export class UnchangedCarts {
  private readonly carts = new LRUCache<string, Remembered>({
    maxSize: MOST_CHARACTERS,
    maxEntrySize: MOST_OF_ONE,
    sizeCalculation: ({ stored }) => stored.state.length + stored.view.length,
  });
  private lastDoubt: { readonly mark: number; readonly isAny: boolean } | undefined;

  constructor(
    private readonly database: ReadOnlyDatabase,
    private readonly tables: LiveTables,
  ) {}

  // The mark may throw: a caller that asks several things at once needs it as a rejection.
  async cart(cartId: string): Promise<CartRow | null> {
    return this.rowAt(this.mark, cartId);
  }

  /** See `ReadModels.isDoubtful`. Hardly ever does a log have such events. */
  async isDoubtful(stream: string): Promise<boolean> {
    return this.isDoubtfulAt(this.mark, stream);
  }

  /** Both, of the same commit where the database tells. */
  async cartAndDoubt(cartId: string): Promise<readonly [CartRow | null, boolean]> {
    const { mark } = this;
    const row = await this.rowAt(mark, cartId);
    return [row, await this.isDoubtfulAt(mark, `cart-${cartId}`)];
  }

  /** Read before the rows: what is committed in between gives the next reader another one. */
  private get mark(): number | undefined {
    return this.database.commitMark?.();
  }

  private async rowAt(mark: number | undefined, cartId: string): Promise<CartRow | null> {
    const known = this.carts.get(cartId);
    if (known !== undefined && mark !== undefined && known.mark === mark) return known.row;
    const [stored] = await this.tables.ask<StoredCart>(
      'cart',
      (table) => `SELECT state, view FROM ${table} WHERE cart_id = $1`,
      [cartId],
      mark,
    );
    if (stored === undefined) {
      this.carts.delete(cartId);
      return null;
    }
    const row = isSame(known?.stored, stored) ? known.row : rowOf(stored);
    this.carts.set(cartId, { stored, row, mark });
    return row;
  }

  private async isDoubtfulAt(mark: number | undefined, stream: string): Promise<boolean> {
    if (mark === undefined) return isDoubtful(this.database, stream);
    if (this.lastDoubt?.mark !== mark) {
      this.lastDoubt = { mark, isAny: await hasDoubtful(this.database) };
    }
    return this.lastDoubt.isAny && isDoubtful(this.database, stream);
  }
}

function isSame(known: StoredCart | undefined, stored: StoredCart): known is StoredCart {
  return known?.state === stored.state && known.view === stored.view;
}

function rowOf({ state, view }: StoredCart): CartRow {
  return { state: parsed(state) as ExistingCartState, view: parsed(view) as CartView };
}
