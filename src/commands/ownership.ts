// Whose a cart or an order is, told before anything else of it is looked at. Somebody else's costs
// exactly what an absent one costs, whatever is remembered and however long it is: the same reads,
// of one event at most. Otherwise the time of a refusal would tell that it exists.
import { LRUCache } from 'lru-cache';
import { cartCodec } from '../domain/cart/codec.js';
import type { CartState } from '../domain/cart/state.js';
import { orderCodec } from '../domain/order/codec.js';
import type { EventStore } from '../event-store/event-store.js';
import { IncompleteHistoryError } from '../event-store/errors.js';
import { UnreadableEventError } from '../event-store/recorded.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { demandNeverWritten } from '../event-store/stream-beginning.js';

/** What says whose a cart is: it is written when the cart is opened, and never changes. */
export interface Owner {
  readonly customerId: string | null;
  readonly tokenHash: string | null;
}

export type MayAct = (owner: Owner) => boolean;

export interface RememberedCarts {
  /** The cart as this process has it in memory. */
  peek(cartId: string): CartState | undefined;
  /** Folded from the log if need be. @throws what tells why it cannot be folded */
  state(cartId: string): Promise<CartState>;
  /** The owner as a read model shows it; null where it shows none, or cannot be asked. */
  shownOwner(cartId: string): Promise<Owner | null>;
}

/** Nobody's: only for those who may act for everybody. */
const UNOWNED: Owner = { customerId: null, tokenHash: null };

const MOST_REMEMBERED = 100_000;

/** An absent cart is nobody's. */
export function ownerOf(cart: CartState): Owner {
  return cart.status === 'ABSENT' ? UNOWNED : cart;
}

export class Ownership {
  private readonly owners = new LRUCache<string, Owner>({ max: MOST_REMEMBERED });

  constructor(
    private readonly store: Pick<EventStore, 'readStream'>,
    private readonly carts: RememberedCarts,
  ) {}

  /**
   * Whether there is such a cart and its owner is one for whom the caller may act. That its history
   * was lost, or is not understood, is told to such a caller alone.
   * @throws StoreUnavailableError; IncompleteHistoryError, UnreadableEventError
   */
  async ofCart(cartId: string, mayAct: MayAct): Promise<boolean> {
    const known = this.owners.get(cartId) ?? this.rememberedOwner(cartId);
    // Only an allowed caller is spared the reads: a refusal must not show what is remembered.
    if (known !== undefined && mayAct(known)) return true;
    const found = await this.ownerInLog(cartId);
    if (found.owner !== undefined) {
      const { customerId, tokenHash } = found.owner;
      this.owners.set(cartId, { customerId, tokenHash });
      if (mayAct(found.owner)) return true;
    }
    // Asked before every refusal, so that all of them cost the same.
    const shown = await this.carts.shownOwner(cartId);
    if (found.fault !== undefined && mayAct(shown ?? UNOWNED)) throw found.fault;
    return false;
  }

  /** As `ofCart`: an order belongs to whom its cart belongs to. */
  async ofOrder(orderId: string, mayAct: MayAct): Promise<boolean> {
    const { first, fault } = await this.firstOf(`order-${orderId}`);
    if (fault !== undefined && mayAct(UNOWNED)) throw fault;
    // For an absent order an absent cart is asked about, so that both take as many reads.
    return this.ofCart(cartIdIn(first) ?? orderId, mayAct);
  }

  private rememberedOwner(cartId: string): Owner | undefined {
    const cart = this.carts.peek(cartId);
    return cart && ownerOf(cart);
  }

  private async ownerInLog(cartId: string): Promise<{ owner?: Owner; fault?: Error }> {
    const stream = `cart-${cartId}`;
    const { first, fault } = await this.firstOf(stream);
    // Read in any case; only where there is no event does it matter what is found.
    const lost = await faultIn(demandNeverWritten(this.store, stream));
    if (first === undefined) {
      const told = fault ?? lost.fault;
      return told === undefined ? {} : { fault: told };
    }
    const owner = ownerIn(first);
    if (owner !== undefined) return { owner };
    const { value, fault: unclear } = await faultIn(this.carts.state(cartId));
    if (unclear !== undefined) return { fault: unclear };
    return value === undefined ? {} : { owner: ownerOf(value) };
  }

  private async firstOf(
    stream: string,
  ): Promise<{ readonly first?: StoredEvent; readonly fault?: Error }> {
    try {
      for await (const first of this.store.readStream(stream, { maxCount: 1 })) return { first };
      return {};
    } catch (error) {
      return { fault: faultOfHistory(error) };
    }
  }
}

async function faultIn<Value>(
  asked: Promise<Value>,
): Promise<{ readonly value?: Value; readonly fault?: Error }> {
  try {
    return { value: await asked };
  } catch (error) {
    return { fault: faultOfHistory(error) };
  }
}

/** @throws what is no fault of one stream's history */
function faultOfHistory(error: unknown): Error {
  if (error instanceof IncompleteHistoryError || error instanceof UnreadableEventError) {
    return error;
  }
  throw error;
}

/** Undefined where the stream does not begin with an event that says it. */
function ownerIn({ revision, type, metadata, data, flaw }: StoredEvent): Owner | undefined {
  if (revision !== 0 || type !== 'CartOpened' || flaw !== undefined) return undefined;
  try {
    const event = cartCodec.decode(type, metadata.schemaVersion, data);
    return event.type === 'CartOpened' ? event.data : undefined;
  } catch {
    // What is not understood is left to whoever folds the cart, who says why.
    return undefined;
  }
}

function cartIdIn(first: StoredEvent | undefined): string | undefined {
  if (first?.type !== 'OrderPlaced' || first.flaw !== undefined) return undefined;
  try {
    const event = orderCodec.decode(first.type, first.metadata.schemaVersion, first.data);
    return event.type === 'OrderPlaced' ? event.data.cartId : undefined;
  } catch {
    // An order that is not understood is shown to nobody.
    return undefined;
  }
}
