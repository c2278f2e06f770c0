// A cart's changes, and between them the same cart again when only time has changed its price: a
// coupon begins or ends. Such a frame has no event and the revision of the frame before.
import { nextBoundaryAfter } from '../domain/cart/view.js';
import type { CartState } from '../domain/cart/state.js';
import type { Time } from '../waiting/time.js';
import type { CartClocks } from './cart-clocks.js';
import type { LiveCartChange } from './live-changes.js';

type Next = IteratorResult<LiveCartChange, undefined>;

export class TimedCartChanges implements AsyncIterableIterator<LiveCartChange> {
  /** Asked for and not handed out yet: time may overtake it. */
  private pending: Promise<Next> | undefined;
  private shown: Pick<LiveCartChange, 'state' | 'revision'> | undefined;
  private isDue = false;
  private isOver = false;
  private wake: () => void = () => undefined;

  constructor(
    private readonly cartId: string,
    private readonly changes: AsyncIterableIterator<LiveCartChange>,
    private readonly clocks: CartClocks,
    private readonly time: Pick<Time, 'now'>,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Where a watcher that resumes begins: it has seen this state. */
  begin(state: CartState, revision: number): void {
    this.show({ state, revision });
  }

  async next(): Promise<Next> {
    this.pending ??= this.changes.next() as Promise<Next>;
    const result = await Promise.race([this.pending, this.untilDue()]);
    if (result === undefined) return this.timed() ?? this.next();
    this.pending = undefined;
    if (result.done === true) this.end();
    else this.show(result.value);
    return result;
  }

  async return(): Promise<Next> {
    this.end();
    await this.changes.return?.();
    return { done: true, value: undefined };
  }

  private untilDue(): Promise<undefined> {
    return new Promise((resolve) => {
      this.wake = () => resolve(undefined);
      if (this.isDue) this.wake();
    });
  }

  private timed(): Next | undefined {
    const { shown } = this;
    this.isDue = false;
    if (shown === undefined) return undefined;
    this.show(shown);
    return { done: false, value: { entry: null, ...shown } };
  }

  private show({ state, revision }: Pick<LiveCartChange, 'state' | 'revision'>): void {
    if (this.isOver) return;
    this.shown = { state, revision };
    const at = state.status === 'ABSENT' ? null : nextBoundaryAfter(state, this.time.now());
    const wake = () => {
      this.isDue = true;
      this.wake();
    };
    this.clocks.set(this.cartId, this, at === null ? null : { at, wake });
  }

  private end(): void {
    this.isOver = true;
    this.clocks.set(this.cartId, this, null);
  }
}
