// Runs changes of one product's stock together: those that arrive while the stream is being written
// are decided and appended as one command. A crowd that wants the same product so needs a few
// appends instead of one each.
import type { HoldChange, InventoryCommand } from '../domain/inventory/commands.js';
import type { StockState } from '../domain/inventory/state.js';
import { inventoryAggregate } from './aggregates.js';
import type { CommandRunner } from './command-runner.js';

/** Of one append: far less than the store accepts. */
const MAX_TOGETHER = 200;
const ACTOR = { kind: 'checkout' };

interface WaitingChange {
  readonly change: HoldChange;
  readonly resolve: (after: StockState) => void;
  readonly reject: (error: unknown) => void;
}

export class GatheredChanges {
  /** By sku; a product without an entry has no change under way. */
  private readonly waiting = new Map<string, WaitingChange[]>();

  constructor(private readonly runner: CommandRunner) {}

  /**
   * The stock right after the change, which tells whether it was made.
   *
   * @throws StoreUnavailableError when the outcome is unknown
   */
  run(sku: string, change: HoldChange): Promise<StockState> {
    return new Promise((resolve, reject) => {
      const one = { change, resolve, reject };
      const others = this.waiting.get(sku);
      if (others !== undefined) {
        others.push(one);
        return;
      }
      const waiting = [one];
      this.waiting.set(sku, waiting);
      void this.runAll(sku, waiting);
    });
  }

  /** Never rejects: each caller gets the error of its own change. */
  private async runAll(sku: string, waiting: WaitingChange[]): Promise<void> {
    while (waiting.length > 0) {
      const together = waiting.splice(0, MAX_TOGETHER);
      try {
        const after = await this.runTogether(
          sku,
          together.map(({ change }) => change),
        );
        for (const { resolve } of together) resolve(after);
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    this.waiting.delete(sku);
  }

  private async runTogether(sku: string, changes: readonly HoldChange[]): Promise<StockState> {
    const outcome = await this.runner.run(inventoryAggregate, {
      id: sku,
      enrich: (at): InventoryCommand => ({ type: 'ChangeHolds', at, changes }),
      context: { actor: ACTOR },
    });
    if (!outcome.accepted) throw new Error(`Stock of ${sku}: ${outcome.rejection.message}`);
    return outcome.state;
  }
}
