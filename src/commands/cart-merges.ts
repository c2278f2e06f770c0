// Brings the contents of a claimed cart into the cart that its claim names. The claim has closed
// the source, so its contents stand still, and the merge can be carried out at any time, once.
import type { CartMerged, ClaimStrategy } from '../domain/cart/lifecycle-events.js';
import type { CartCommand, MergeCart } from '../domain/cart/commands.js';
import { type CartLimits, defaultCartLimits } from '../domain/cart/limits.js';
import type { CartState, ExistingCartState } from '../domain/cart/state.js';
import type { Rejection } from '../domain/rejection.js';
import { MAX_APPEND_BYTES } from '../event-store/append-message.js';
import { recorded } from '../event-store/recorded.js';
import { cartAggregateWithin } from './aggregates.js';
import { CarriedTerms } from './carried-terms.js';
import type { AcceptedCommand, CommandOutcome } from './command-context.js';
import { inheritingCartIdOf, mergeIdOf } from './command-id.js';
import { type CommandRunner, streamOf } from './command-runner.js';
import { commandTooLarge } from './rejections.js';

/** What a claim leaves to be done. */
export interface PendingMerge {
  readonly fromCartId: string;
  /** Revision of the claim. */
  readonly fromRevision: number;
  readonly intoCartId: string;
  readonly strategy: ClaimStrategy;
  readonly customerId: string;
}

/** The largest merge, of its events in JSON; metadata, counts and taxes come on top. */
const MAX_MERGE_BYTES = MAX_APPEND_BYTES - 150_000;

export class CartMerges {
  private readonly aggregate: ReturnType<typeof cartAggregateWithin>;
  private readonly carried: CarriedTerms;

  constructor(
    private readonly runner: CommandRunner,
    limits: CartLimits = defaultCartLimits,
  ) {
    this.aggregate = cartAggregateWithin(limits);
    this.carried = new CarriedTerms(runner);
  }

  /**
   * Merges once, however often it is called. If the customer's cart was closed after the claim, a
   * new cart of the customer takes the contents.
   *
   * @throws StoreUnavailableError
   */
  async carryOut(merge: PendingMerge): Promise<AcceptedCommand<CartState>> {
    const stream = streamOf(this.aggregate, merge.fromCartId);
    const { aggregates } = this.runner;
    const source = await aggregates.atRevision(this.aggregate, stream, merge.fromRevision);
    if (source.status === 'ABSENT') throw new RangeError(`There is no cart ${merge.fromCartId}`);
    const outcome = await this.mergeInto(merge.intoCartId, merge, source);
    if (outcome.accepted) return outcome;
    const opened = await this.mergeInto(inheritingCartIdOf(merge.fromCartId), merge, source);
    if (opened.accepted) return opened;
    throw new Error(`Cart ${merge.fromCartId} was not merged: ${opened.rejection.message}`);
  }

  /** Rejects a claim whose merge would be too large for one append. */
  refusalFor(source: ExistingCartState, customerId: string): Rejection | undefined {
    const { id: fromCartId, revision: fromRevision } = source;
    const merge = { fromCartId, fromRevision, strategy: 'SUM' as const, customerId };
    const command = commandOf(source.id, merge, source, source.updatedAt);
    const decision = this.aggregate.decider.decide(command, this.aggregate.decider.initial);
    const bytes = Buffer.byteLength(JSON.stringify(decision));
    return bytes > MAX_MERGE_BYTES ? commandTooLarge : undefined;
  }

  /** What a merge did, as its event says. */
  async merged(cartId: string, revision: number): Promise<CartMerged['data'] | null> {
    const stream = streamOf(this.aggregate, cartId);
    const options = { from: revision, maxCount: 1 };
    for await (const stored of this.runner.store.readStream(stream, options)) {
      const event = recorded(this.aggregate.codec, stored);
      if (event?.type === 'CartMerged') return event.data;
    }
    return null;
  }

  private mergeInto(
    cartId: string,
    merge: PendingMerge,
    source: ExistingCartState,
  ): Promise<CommandOutcome<CartState>> {
    return this.runner.run(this.aggregate, {
      id: cartId,
      enrich: async (at): Promise<CartCommand> => ({
        ...commandOf(cartId, merge, source, at),
        delivery: await this.carried.of(source.delivery, at),
      }),
      // A cart takes the contents of another one once: the id says it all.
      hash: 'MergeCart',
      context: {
        commandId: mergeIdOf(merge.fromCartId),
        actor: { kind: 'customer', subject: merge.customerId },
      },
    });
  }
}

function commandOf(
  cartId: string,
  { fromCartId, fromRevision, strategy, customerId }: Omit<PendingMerge, 'intoCartId'>,
  source: ExistingCartState,
  at: number,
): MergeCart {
  const { currency, lines, coupons, delivery } = source;
  return {
    ...{ type: 'MergeCart', at, fromCartId, fromRevision, strategy, customerId },
    from: { lines, coupons, ...(delivery !== undefined && { delivery }) },
    // Its owner signs in: it needs no secret.
    opening: { cartId, currency, customerId, tokenHash: null },
  };
}
