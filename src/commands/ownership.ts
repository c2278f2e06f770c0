// Checks the owner of a cart or an order before anything else. Another customer's cart costs the
// same reads as an absent one, whatever the cache contains and however long the cart is. The store
// itself finds a stream sooner or later than none, so a refusal also waits for a fixed time.
// Otherwise the response time would reveal that the cart exists.
import { LRUCache } from 'lru-cache';
import { cartCodec } from '../domain/cart/codec.js';
import type { CartState } from '../domain/cart/state.js';
import { orderCodec } from '../domain/order/codec.js';
import type { EventStore } from '../event-store/event-store.js';
import type { LoadOption } from '../folds/aggregate-store.js';
import { IncompleteHistoryError } from '../event-store/errors.js';
import { UnreadableEventError } from '../event-store/recorded.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { demandNeverWritten } from '../event-store/stream-beginning.js';
import { type MayAct, type Owner, ownerOf, UNOWNED } from './owner.js';
import { delay, type Time } from '../waiting/time.js';

export interface RememberedCarts {
  /** The cart in this process's memory. */
  peek(cartId: string): CartState | undefined;
  /**
   * The cart, from memory or the log.
   *
   * @throws the reason why it cannot be folded
   */
  state(cartId: string): Promise<CartState>;
  /** As `state`; up to an event that cannot be folded, which is enough to tell the owner. */
  readableState(cartId: string, load: LoadOption): Promise<CartState>;
  /** The owner in a read model; null when it has none or cannot be queried. */
  shownOwner(cartId: string): Promise<Owner | null>;
}

const MOST_REMEMBERED = 100_000;

/** Longer than the reads before a refusal usually take. */
export const REFUSAL_MS = 10;

export class Ownership {
  private readonly owners = new LRUCache<string, Owner>({
    // By size: with a number of entries alone it takes the room for all of them at once.
    maxSize: MOST_REMEMBERED,
    sizeCalculation: () => 1,
  });

  /** Carts that were claimed while this process ran: a cached state may be from before. */
  private readonly claimed = new LRUCache<string, true>({
    maxSize: MOST_REMEMBERED,
    sizeCalculation: () => 1,
  });

  constructor(
    private readonly store: Pick<EventStore, 'readStream'>,
    private readonly carts: RememberedCarts,
    private readonly time: Pick<Time, 'monotonicMs' | 'after'>,
    /** The minimum time until a refusal, in milliseconds; 0: none. */
    private readonly refusalMs: number,
  ) {}

  /** The cart was claimed: what this process remembers of its owner no longer counts. */
  forget(cartId: string): void {
    this.claimed.set(cartId, true);
    this.owners.delete(cartId);
  }

  forgetAll(): void {
    this.owners.clear();
  }

  /**
   * Whether the cart exists and the caller may act for its owner. Only such a caller learns that
   * the history is lost or unreadable.
   *
   * @throws StoreUnavailableError; IncompleteHistoryError, UnreadableEventError
   */
  ofCart(cartId: string, mayAct: MayAct): Promise<boolean> {
    return this.refusingLate(() => this.mayActOn(cartId, mayAct));
  }

  /** As `ofCart`: an order has the owner of its cart. */
  ofOrder(orderId: string, mayAct: MayAct): Promise<boolean> {
    return this.refusingLate(async () => {
      const { first, fault } = await this.firstOf(`order-${orderId}`);
      if (fault !== undefined && mayAct(UNOWNED)) throw fault;
      // An absent order leads to a check of an absent cart, so both take the same number of reads.
      return this.mayActOn(cartIdIn(first) ?? orderId, mayAct);
    });
  }

  private async refusingLate(check: () => Promise<boolean>): Promise<boolean> {
    const { time, refusalMs } = this;
    const begunAt = time.monotonicMs();
    if (await check()) return true;
    const leftMs = begunAt + refusalMs - time.monotonicMs();
    if (leftMs > 0) await delay(time, leftMs);
    return false;
  }

  private async mayActOn(cartId: string, mayAct: MayAct): Promise<boolean> {
    const known = this.owners.get(cartId) ?? this.rememberedOwner(cartId);
    // A permitted caller skips the reads. A refusal must not: its time would reveal the cache.
    if (known !== undefined && mayAct(known)) return true;
    const found = await this.ownerInLog(cartId);
    // Only a caller whom the first event names costs a look at the owner of now.
    if (found.owner !== undefined && mayAct(found.owner)) {
      if (mayAct(await this.ownerNow(cartId))) return true;
    }
    // Runs before every refusal, so that all refusals cost the same. A row names the customer who
    // has claimed the cart.
    const shown = await this.carts.shownOwner(cartId);
    if (found.fault !== undefined && mayAct(shown ?? UNOWNED)) throw found.fault;
    return shown !== null && mayAct(shown) && mayAct(await this.ownerNow(cartId));
  }

  private async ownerNow(cartId: string): Promise<Owner> {
    const isClaimed = this.claimed.has(cartId);
    const state = await this.carts.readableState(cartId, isClaimed ? 'fresh' : 'cached');
    const { customerId, tokenHash } = ownerOf(state);
    const owner = { customerId, tokenHash };
    // A claim that was noticed meanwhile is not undone by an older look.
    const isOld = !isClaimed && this.claimed.has(cartId);
    if (state.status !== 'ABSENT' && !isOld) this.owners.set(cartId, owner);
    return owner;
  }

  private rememberedOwner(cartId: string): Owner | undefined {
    const cart = this.carts.peek(cartId);
    const owner = cart && ownerOf(cart);
    return owner?.customerId == null && this.claimed.has(cartId) ? undefined : owner;
  }

  private async ownerInLog(cartId: string): Promise<{ owner?: Owner; fault?: Error }> {
    const stream = `cart-${cartId}`;
    const { first, fault } = await this.firstOf(stream);
    // This read always runs, to cost the same; its result matters only for an empty stream.
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

/** @throws any error that is not about the history of one stream */
function faultOfHistory(error: unknown): Error {
  if (error instanceof IncompleteHistoryError || error instanceof UnreadableEventError) {
    return error;
  }
  throw error;
}

/** Undefined when the stream does not start with a readable CartOpened. */
function ownerIn({ revision, type, metadata, data, flaw }: StoredEvent): Owner | undefined {
  if (revision !== 0 || type !== 'CartOpened' || flaw !== undefined) return undefined;
  try {
    const event = cartCodec.decode(type, metadata.schemaVersion, data);
    return event.type === 'CartOpened' ? event.data : undefined;
  } catch {
    // The fold of the cart reports the unreadable event and its reason.
    return undefined;
  }
}

function cartIdIn(first: StoredEvent | undefined): string | undefined {
  if (first?.type !== 'OrderPlaced' || first.flaw !== undefined) return undefined;
  try {
    const event = orderCodec.decode(first.type, first.metadata.schemaVersion, first.data);
    return event.type === 'OrderPlaced' ? event.data.cartId : undefined;
  } catch {
    // Nobody gets an order whose event cannot be read.
    return undefined;
  }
}
