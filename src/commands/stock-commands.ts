// The admin's commands on a product's stock; the seed uses them too.
import type { InventoryCommand, StockCorrection } from '../domain/inventory/commands.js';
import type { StockState } from '../domain/inventory/state.js';
import { inventoryAggregate, productAggregate } from './aggregates.js';
import type { CommandContext, CommandOutcome } from './command-context.js';
import { inputHash } from './command-id.js';
import type { CommandRunner } from './command-runner.js';

type StockOutcome = Promise<CommandOutcome<StockState>>;

export class StockCommands {
  constructor(private readonly runner: CommandRunner) {}

  /** As the log has it now. @throws StoreUnavailableError */
  freshState(sku: string): Promise<StockState> {
    return this.runner.stateOf(inventoryAggregate, sku, 'fresh');
  }

  /** @param input `reference`, such as the number of a delivery note, is stored as it is */
  receive(
    input: { readonly sku: string; readonly quantity: number; readonly reference: string | null },
    context: CommandContext,
  ): StockOutcome {
    return this.run('receiveStock', input, context, (at, isKnown) => ({
      type: 'ReceiveStock',
      at,
      isKnown,
      ...input,
    }));
  }

  adjust(
    input: { readonly sku: string; readonly correction: StockCorrection; readonly reason: string },
    context: CommandContext,
  ): StockOutcome {
    return this.run('adjustStock', input, context, (at, isKnown) => ({
      type: 'AdjustStock',
      at,
      isKnown,
      ...input,
    }));
  }

  private run(
    name: string,
    input: Readonly<Record<string, unknown>> & { readonly sku: string },
    context: CommandContext,
    command: (at: number, isKnown: boolean) => InventoryCommand,
  ): StockOutcome {
    return this.runner.run(inventoryAggregate, {
      id: input.sku,
      enrich: async (at) => command(at, await this.isKnown(input.sku)),
      hash: inputHash(name, input),
      context,
    });
  }

  /** Once listed, a product stays known: units of a withdrawn one are received too. */
  private async isKnown(sku: string): Promise<boolean> {
    return (await this.runner.stateOf(productAggregate, sku)).sku !== null;
  }
}
