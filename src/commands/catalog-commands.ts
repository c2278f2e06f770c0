// The admin's catalogue commands; the seed uses them too.
import type { Amount } from '../domain/cart/events.js';
import type { CatalogCommand } from '../domain/catalog/commands.js';
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

  list(
    input: { readonly sku: string; readonly name: string; readonly price: Amount },
    context: CommandContext,
  ): ProductOutcome {
    const { sku, name, price } = input;
    return this.run(sku, 'listProduct', input, context, (at) => ({
      type: 'ListProduct',
      at,
      sku,
      name,
      price,
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

  delist({ sku }: { readonly sku: string }, context: CommandContext): ProductOutcome {
    return this.run(sku, 'delistProduct', { sku }, context, (at) => ({
      type: 'DelistProduct',
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
    const hash = inputHash(name, input);
    return this.runner.run(productAggregate, { id: sku, enrich, hash, context });
  }
}
