// The admin's catalogue commands; the seed uses them too.
import type { Amount } from '../domain/cart/events.js';
import type { CatalogCommand, ProductDetails, SetProduct } from '../domain/catalog/commands.js';
import type { ProductState } from '../domain/catalog/state.js';
import { productAggregate } from './aggregates.js';
import type { CommandContext, CommandOutcome } from './command-context.js';
import { inputHash } from './command-id.js';
import type { CommandRunner } from './command-runner.js';

type ProductOutcome = Promise<CommandOutcome<ProductState>>;

export class CatalogCommands {
  constructor(private readonly runner: CommandRunner) {}

  /** As the log has it now. @throws StoreUnavailableError */
  freshState(sku: string): Promise<ProductState> {
    return this.runner.stateOf(productAggregate, sku, 'fresh');
  }

  /** The parts that are given; the others stay as they are. */
  list(
    input: { readonly sku: string; readonly name: string; readonly price: Amount } & ProductDetails,
    context: CommandContext,
  ): ProductOutcome {
    return this.run(input.sku, 'listProduct', { ...input }, context, (at) => ({
      type: 'ListProduct',
      at,
      ...input,
    }));
  }

  /** Names, describes, tags or pictures a product; the parts that are not given stay. */
  revise(
    input: { readonly sku: string; readonly name?: string | undefined } & ProductDetails,
    context: CommandContext,
  ): ProductOutcome {
    const { sku, ...parts } = input;
    return this.run(sku, 'reviseProduct', { ...input }, context, (at) => ({
      type: 'ReviseProduct',
      at,
      ...parts,
    }));
  }

  changePrice(
    input: { readonly sku: string; readonly price: Amount },
    context: CommandContext,
  ): ProductOutcome {
    const { sku, price } = input;
    return this.run(sku, 'changeProductPrice', input, context, (at) => ({
      type: 'ChangeProductPrice',
      at,
      price,
    }));
  }

  /** @param input `holdsFrom` in milliseconds since 1970; one that has come changes the price */
  planPrice(
    input: { readonly sku: string; readonly price: Amount; readonly holdsFrom: number },
    context: CommandContext,
  ): ProductOutcome {
    const { sku, price, holdsFrom } = input;
    return this.run(sku, 'planProductPrice', input, context, (at) => ({
      type: 'PlanProductPrice',
      at,
      price,
      holdsFrom,
    }));
  }

  dropPlannedPrice(
    input: { readonly sku: string; readonly currency: string; readonly holdsFrom: number },
    context: CommandContext,
  ): ProductOutcome {
    const { sku, currency, holdsFrom } = input;
    return this.run(sku, 'dropPlannedPrice', input, context, (at) => ({
      type: 'DropPlannedPrice',
      at,
      currency,
      holdsFrom,
    }));
  }

  /** Makes planned prices that are due the prices. Without one it changes nothing. */
  takeUpPrices(sku: string, context: CommandContext): ProductOutcome {
    return this.run(sku, 'takeUpPrices', { sku }, context, (at) => ({ type: 'TakeUpPrices', at }));
  }

  /** All that a line of a catalogue file says, in one append. */
  set(input: Omit<SetProduct, 'type' | 'at'>, context: CommandContext): ProductOutcome {
    return this.run(input.sku, 'setProduct', { ...input }, context, (at) => ({
      type: 'SetProduct',
      at,
      ...input,
    }));
  }

  delist({ sku }: { readonly sku: string }, context: CommandContext): ProductOutcome {
    return this.run(sku, 'delistProduct', { sku }, context, (at) => ({
      type: 'DelistProduct',
      at,
    }));
  }

  /** Puts a delisted product on sale again, as it was. */
  restore({ sku }: { readonly sku: string }, context: CommandContext): ProductOutcome {
    return this.run(sku, 'restoreProduct', { sku }, context, (at) => ({
      type: 'RestoreProduct',
      at,
    }));
  }

  private run(
    sku: string,
    name: string,
    input: Readonly<Record<string, unknown>>,
    context: CommandContext,
    enrich: (at: number) => CatalogCommand,
  ): ProductOutcome {
    const { expectedRevision } = context;
    const hash = inputHash(name, { ...input, expectedRevision });
    return this.runner.run(productAggregate, { id: sku, enrich, hash, context });
  }
}
