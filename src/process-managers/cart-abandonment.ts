// Idle time → CartAbandoned. It reads which carts are idle, so an open cart costs nothing. Every
// instance runs it; the commands have derived ids, so the second changes nothing.
import type { CartAbandonments, CartIdleSince } from '../commands/cart-abandonments.js';
import { inParallel } from '../commands/in-parallel.js';
import { StoreUnavailableError } from '../event-store/errors.js';
import type { Time } from '../waiting/time.js';

export interface IdleCarts {
  /**
   * Open carts that nobody has changed since `before`, the longest idle first, after `after`. It
   * can be behind the log.
   */
  idleCarts(
    before: number,
    first: number,
    after: CartIdleSince | null,
  ): Promise<readonly CartIdleSince[]>;
}

export interface CartAbandonmentOptions {
  readonly carts: IdleCarts;
  readonly abandonments: Pick<CartAbandonments, 'idleMs' | 'abandon'>;
  readonly time: Pick<Time, 'now'>;
  /** A cart cannot be abandoned, such as one with an unreadable event; the others are. */
  readonly onLeft: (cartId: string, cause: unknown) => void;
}

const PAGE = 200;
const WIDTH = 8;
const MOST_REPORTED = 10_000;

export class CartAbandonment {
  private readonly reported = new Set<string>();

  constructor(private readonly options: CartAbandonmentOptions) {}

  /**
   * Abandons every cart whose idle time is over.
   *
   * @throws StoreUnavailableError, and the errors of the source of idle carts
   */
  async round(signal?: AbortSignal): Promise<void> {
    const { carts, abandonments, time } = this.options;
    const before = time.now() - abandonments.idleMs;
    let after: CartIdleSince | null = null;
    while (signal?.aborted !== true) {
      const page: readonly CartIdleSince[] = await carts.idleCarts(before, PAGE, after);
      await inParallel(page, WIDTH, (cart) => this.abandon(cart, signal));
      after = page.at(-1) ?? null;
      if (page.length < PAGE) return;
    }
  }

  private async abandon(cart: CartIdleSince, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return;
    try {
      await this.options.abandonments.abandon(cart);
    } catch (cause) {
      if (cause instanceof StoreUnavailableError) throw cause;
      this.report(cart.cartId, cause);
    }
  }

  private report(cartId: string, cause: unknown): void {
    if (this.reported.has(cartId)) return;
    if (this.reported.size >= MOST_REPORTED) this.reported.clear();
    this.reported.add(cartId);
    this.options.onLeft(cartId, cause);
  }
}
