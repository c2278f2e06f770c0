// Which cart this browser holds, and the secrets of its carts. They survive a reload. All tabs share
// a guest's carts; a customer's cart is held where the customer is signed in.
import { newCommandId } from './command-id.ts';
import { Store } from './store.ts';

export interface HeldCart {
  readonly id: string;
  /** The guest's secret; null for the cart of a signed-in customer. */
  readonly token: string | null;
}

/** What the shelf needs of localStorage. */
export type ShelfStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const CURRENT = 'cartograph:cart';
const CUSTOMERS = 'cartograph:customers-cart';
const CARTS = 'cartograph:carts';
const OPENING = 'cartograph:opening';
const keptCarts = 20;

export class CartShelf {
  /** The cart that is being filled; null before the first item and after a checkout. */
  readonly current: Store<HeldCart | null>;

  /**
   * @param signedIn for the carts of a customer, who is signed in in some tabs, or in all; give the
   *   storage that has the sign-in
   */
  constructor(
    private readonly storage: ShelfStorage,
    private readonly signedIn: ShelfStorage = storage,
  ) {
    this.current = new Store(this.heldCart());
  }

  /** The secrets of the newest carts: an order is read with the secret of its cart. */
  tokens(): readonly string[] {
    return this.carts().flatMap(({ token }) => (token === null ? [] : [token]));
  }

  /**
   * The command id of the next openCart. Tabs that open a cart at the same time use the same one,
   * so both get the same cart.
   */
  openingId(): string {
    const begun = this.storage.getItem(OPENING);
    if (begun !== null) return begun;
    const id = newCommandId();
    this.storage.setItem(OPENING, id);
    return id;
  }

  /** The next openCart gets another command id: this one was refused, and would be again. */
  dropOpeningId(): void {
    this.storage.removeItem(OPENING);
  }

  /** A customer's cart takes the place of a guest's. */
  hold(cart: HeldCart): void {
    if (cart.token === null) {
      this.signedIn.setItem(CUSTOMERS, JSON.stringify(cart));
      this.storage.removeItem(CURRENT);
    } else {
      this.keepSecret(cart);
      this.storage.setItem(CURRENT, JSON.stringify(cart));
    }
    this.dropOpeningId();
    this.current.set(cart);
  }

  private keepSecret(cart: HeldCart): void {
    const others = this.carts().filter(({ id }) => id !== cart.id);
    this.storage.setItem(CARTS, JSON.stringify([cart, ...others].slice(0, keptCarts)));
  }

  /** The next item opens a new cart. The old one can still be read. */
  letGo(cartId: string): void {
    const held = this.current.get();
    if (held?.id !== cartId) return;
    if (held.token === null) this.signedIn.removeItem(CUSTOMERS);
    else this.storage.removeItem(CURRENT);
    this.current.set(this.heldCart());
  }

  /** After another tab has changed the storage. */
  readonly readAgain = (): void => {
    const cart = this.heldCart();
    if (cart?.id !== this.current.get()?.id) this.current.set(cart);
  };

  private heldCart(): HeldCart | null {
    const customers = heldCartIn(this.signedIn.getItem(CUSTOMERS));
    return customers ?? heldCartIn(this.storage.getItem(CURRENT));
  }

  private carts(): readonly HeldCart[] {
    const carts = parsed(this.storage.getItem(CARTS));
    return Array.isArray(carts) ? carts.filter(isHeldCart) : [];
  }
}

/** For a browser that stores nothing: a reload forgets the cart. */
export function forgetfulStorage(): ShelfStorage {
  const values = new Map<string, string>();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}

function heldCartIn(text: string | null): HeldCart | null {
  const cart = parsed(text);
  return isHeldCart(cart) ? cart : null;
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    // Other pages of this origin can write here too; what is not ours is as good as nothing.
    return null;
  }
}

function isHeldCart(value: unknown): value is HeldCart {
  if (typeof value !== 'object' || value === null) return false;
  const { id, token } = value as Partial<Record<string, unknown>>;
  return typeof id === 'string' && (token === null || typeof token === 'string');
}
