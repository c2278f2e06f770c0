// What a checkout takes elsewhere before its cart closes, such as units in stock and uses of
// coupons. It gives them back when the checkout is refused. A checkout that dies in between leaves
// a hold, which expires by time.
import type { CheckedOutCartState } from '../domain/cart/state.js';
import type { Rejection } from '../domain/rejection.js';
import { StoreUnavailableError } from '../event-store/errors.js';
import type { CommandOutcome } from './command-context.js';

export interface HeldOrder {
  readonly orderId: string;
  /** Of one checkout command: two instances may try to check out one cart at once. */
  readonly attemptId: string;
  /** Tells customers apart without naming them; null when the customer is not known. */
  readonly customerKey: string | null;
  /** The cart as the checkout would leave it. */
  readonly cart: CheckedOutCartState;
}

export interface CheckoutHold {
  /**
   * Takes what the cart needs for its order, under the attempt's name; an earlier take of the same
   * attempt is adjusted. Attempts for one order share what they hold: the order holds the most
   * that one of them took, until all have given back. So a refused attempt never takes from an
   * accepted one, whichever took first. Repeating it changes nothing.
   *
   * @param before what this attempt took last, if anything
   * @throws StoreUnavailableError when the outcome is unknown
   */
  take(order: HeldOrder, before?: HeldOrder): Promise<Rejection | undefined>;
  /** Ends this attempt's hold. Repeating it changes nothing. @throws StoreUnavailableError */
  giveBack(order: HeldOrder): Promise<void>;
}

/** The holds of one checkout command, over all its decisions. */
export class CheckoutHolds<State> {
  private taken: HeldOrder | undefined;

  constructor(
    private readonly holds: readonly CheckoutHold[],
    private readonly attemptId: string,
    private readonly customerKeyOf: (cart: CheckedOutCartState) => string | null = () => null,
  ) {}

  /** Asked for each decision: a lost race may have changed what the cart holds. */
  async take(cart: CheckedOutCartState): Promise<Rejection | undefined> {
    const customerKey = this.customerKeyOf(cart);
    const order = { orderId: cart.orderId, attemptId: this.attemptId, customerKey, cart };
    const { taken: before } = this;
    this.taken = order;
    for (const hold of this.holds) {
      const refusal = await hold.take(order, before);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  /** To be called with the command's outcome, which it returns. */
  async settle(outcome: CommandOutcome<State>): Promise<CommandOutcome<State>> {
    const { taken } = this;
    if (outcome.accepted || taken === undefined) return outcome;
    try {
      await Promise.all(this.holds.map((hold) => hold.giveBack(taken)));
    } catch (error) {
      // The refusal stands all the same. What is still held expires.
      if (!(error instanceof StoreUnavailableError)) throw error;
    }
    return outcome;
  }
}
