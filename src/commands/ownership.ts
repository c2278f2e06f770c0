// Whose a cart or an order is, told before anything else of it is looked at. Somebody else's costs
// exactly what an absent one costs, whatever is remembered and however long it is: the same reads, of
// one event at most. Otherwise the time of a refusal would tell that it exists.
import { LRUCache } from 'lru-cache';
import { cartCodec } from '../domain/cart/codec.js';
import type { CartState } from '../domain/cart/state.js';
import { orderCodec } from '../domain/order/codec.js';
import type { EventStore } from '../event-store/event-store.js';
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
}

const MOST_REMEMBERED = 100_000;

export class Ownership {
  private readonly owners = new LRUCache<string, Owner>({ max: MOST_REMEMBERED });

  constructor(
    private readonly store: Pick<EventStore, 'readStream'>,
    private readonly carts: RememberedCarts,
  ) {}

  /**
   * Whether there is such a cart and its owner is one for whom the caller may act.
   * @throws StoreUnavailableError; IncompleteHistoryError where the cart was deleted
   */
  async ofCart(cartId: string, mayAct: MayAct): Promise<boolean> {
    const known = this.owners.get(cartId) ?? this.carts.peek(cartId);
    // Only an allowed caller is spared the reads: a refusal must not show what is remembered.
    if (known !== undefined && mayAct(known)) return true;
    const stream = `cart-${cartId}`;
    const first = await this.firstOf(stream);
    await demandNeverWrittenIf(first === undefined, this.store, stream);
    if (first === undefined) return false;
    const owner = ownerIn(first) ?? (await this.carts.state(cartId));
    this.owners.set(cartId, { customerId: owner.customerId, tokenHash: owner.tokenHash });
    return mayAct(owner);
  }

  /** As `ofCart`: an order belongs to whom its cart belongs to. */
  async ofOrder(orderId: string, mayAct: MayAct): Promise<boolean> {
    const first = await this.firstOf(`order-${orderId}`);
    // For an absent order an absent cart is asked about, so that both take as many reads.
    return this.ofCart(cartIdIn(first) ?? orderId, mayAct);
  }

  private async firstOf(stream: string): Promise<StoredEvent | undefined> {
    for await (const stored of this.store.readStream(stream, { maxCount: 1 })) return stored;
    return undefined;
  }
}

/** Reads the same in both cases; only of an absent stream does it matter what is found. */
async function demandNeverWrittenIf(
  isAbsent: boolean,
  store: Pick<EventStore, 'readStream'>,
  stream: string,
): Promise<void> {
  try {
    await demandNeverWritten(store, stream);
  } catch (error) {
    if (isAbsent) throw error;
  }
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
