// Claims: a guest who signs in brings the cart along. The claim is one event of the guest's cart,
// which decides races; the merge that it may name is one append to the customer's.
import type { CartCommand } from '../domain/cart/commands.js';
import type { CarriedCoupon, ClaimStrategy } from '../domain/cart/lifecycle-events.js';
import type { CartState, ExistingCartState } from '../domain/cart/state.js';
import { quantityOf } from '../domain/cart/lines.js';
import { cartAggregate } from './aggregates.js';
import type { CartMerges } from './cart-merges.js';
import { type CartSecrets, tokenHashOf } from './cart-secrets.js';
import type { AcceptedCommand, CommandContext, CommandOutcome } from './command-context.js';
import { inputHash } from './command-id.js';
import type { CommandRunner } from './command-runner.js';
import { ownerRejection } from './owner.js';

/** The carts of a customer that a read model knows to be open, the last changed first. */
export interface CustomersCarts {
  openCartsOf(customerId: string): Promise<readonly string[]>;
}

export interface ClaimRequest {
  readonly cartId: string;
  readonly customerId: string;
  readonly strategy: ClaimStrategy;
}

/** What became of one line of the guest's cart. */
export interface ClaimedLine {
  readonly sku: string;
  readonly name: string;
  readonly guestQuantity: number;
  readonly customerQuantity: number;
  /** Units of the line after the claim. */
  readonly quantity: number;
  /** Code of the limit that kept units out. */
  readonly refusal: string | null;
}

export interface ClaimReport {
  readonly lines: readonly ClaimedLine[];
  readonly coupons: readonly CarriedCoupon[];
}

export interface CartClaimsPorts {
  readonly runner: CommandRunner;
  readonly merges: CartMerges;
  readonly secrets: CartSecrets;
  readonly customersCarts: CustomersCarts;
}

export class CartClaims {
  constructor(private readonly ports: CartClaimsPorts) {}

  /**
   * The outcome has the customer's cart. A repeated command carries out a merge that a crash has
   * left, and answers as the first did.
   *
   * @throws StoreUnavailableError, ReadModelsUnavailableError
   */
  async claim(request: ClaimRequest, context: CommandContext): Promise<CommandOutcome<CartState>> {
    const claimed = await this.run(request, context);
    if (!claimed.accepted || claimed.state.status !== 'MERGED') return claimed;
    const { cartId: fromCartId, customerId, strategy } = request;
    const { intoCartId } = claimed.state;
    const fromRevision = claimed.revision;
    const merged = await this.ports.merges.carryOut({
      ...{ fromCartId, fromRevision, intoCartId, strategy, customerId },
    });
    return { ...merged, replayed: claimed.replayed };
  }

  /** What became of each line; every line as it was, if the guest's cart goes on by itself. */
  async reportOf({ state, revision }: AcceptedCommand<CartState>): Promise<ClaimReport> {
    if (state.status === 'ABSENT') return { lines: [], coupons: [] };
    const merged = await this.ports.merges.merged(state.id, revision);
    if (merged === null) return keptWhole(state);
    const { lines, coupons } = merged;
    return {
      coupons,
      lines: lines.map(({ keepsCustomers, taken, ...line }) => ({
        ...{ sku: line.sku, name: line.name, refusal: line.refusal },
        ...{ guestQuantity: line.guestQuantity, customerQuantity: line.customerQuantity },
        quantity: taken.reduce(
          (sum, { quantity }) => sum + quantity,
          keepsCustomers ? line.customerQuantity : 0,
        ),
      })),
    };
  }

  private run(
    { cartId, customerId, strategy }: ClaimRequest,
    context: CommandContext,
  ): Promise<CommandOutcome<CartState>> {
    const { runner, merges, secrets } = this.ports;
    const { expectedRevision } = context;
    const tokenHash = tokenHashOf(secrets.claimedTokenOf(cartId));
    return runner.run(cartAggregate, {
      id: cartId,
      hash: inputHash('claimCart', { cartId, customerId, strategy, expectedRevision }),
      enrich: async (at): Promise<CartCommand> => {
        const customersCarts = await this.openCarts(customerId);
        return { type: 'ClaimCart', at, customerId, tokenHash, strategy, customersCarts };
      },
      admit: (state) => Promise.resolve(ownerRejection(state, context)),
      foresee: (after) =>
        Promise.resolve(
          after.status === 'MERGED' ? merges.refusalFor(after, customerId) : undefined,
        ),
      context,
    });
  }

  /** The read model can be behind the log, which decides whether a cart can take the contents. */
  private async openCarts(customerId: string) {
    const { runner, customersCarts } = this.ports;
    const known = await customersCarts.openCartsOf(customerId);
    const states = await Promise.all(known.map((id) => runner.stateOf(cartAggregate, id)));
    return states.flatMap((state) => {
      const isOpen = state.status === 'OPEN' || state.status === 'ABANDONED';
      if (!isOpen || state.customerId !== customerId) return [];
      return [{ cartId: state.id, currency: state.currency }];
    });
  }
}

function keptWhole({ lines, coupons }: ExistingCartState): ClaimReport {
  return {
    lines: lines.map((line) => {
      const quantity = quantityOf(line);
      const { sku, name } = line;
      return { sku, name, guestQuantity: quantity, customerQuantity: 0, quantity, refusal: null };
    }),
    coupons: coupons.map(({ code }) => ({ code, refusal: null })),
  };
}
