// The admin's commands on shipping methods, and what carts can choose.
import type { ShippingOffer } from '../domain/cart/delivery/commands.js';
import type { DefineShippingMethod, ShippingCommand } from '../domain/shipping/commands.js';
import { shippingOfferOf, type ShippingMethodsState } from '../domain/shipping/state.js';
import { shippingAggregate } from './aggregates.js';
import type { CommandContext, CommandOutcome } from './command-context.js';
import { inputHash } from './command-id.js';
import type { CommandRunner } from './command-runner.js';
import { ABSENT, lockOfPart } from './part-lock.js';

/** All methods are one stream, which is short: a query folds what is new in it. */
const ID = 'methods';

type ShippingOutcome = Promise<CommandOutcome<ShippingMethodsState>>;

export class ShippingCommands {
  constructor(private readonly runner: CommandRunner) {}

  /** As the log has them now. @throws StoreUnavailableError */
  all(): Promise<ShippingMethodsState> {
    return this.runner.stateOf(shippingAggregate, ID, 'fresh');
  }

  /** Null when it is not offered. @throws StoreUnavailableError */
  async offer(code: string): Promise<ShippingOffer | null> {
    return shippingOfferOf(await this.all(), code);
  }

  define(
    method: Omit<DefineShippingMethod, 'type' | 'at'>,
    context: CommandContext,
  ): ShippingOutcome {
    return this.run('defineShippingMethod', method, context, (at) => ({
      type: 'DefineShippingMethod',
      at,
      ...method,
    }));
  }

  withdraw(code: string, context: CommandContext): ShippingOutcome {
    return this.run('withdrawShippingMethod', { code }, context, (at) => ({
      type: 'WithdrawShippingMethod',
      at,
      code,
    }));
  }

  private run(
    name: string,
    input: { readonly code: string },
    context: CommandContext,
    enrich: (at: number) => ShippingCommand,
  ): ShippingOutcome {
    const { expectedRevision } = context;
    const hash = inputHash(name, { ...input, expectedRevision });
    const lock = lockOfPart(context, 'shipping method', ({ methods }: ShippingMethodsState) => {
      return methods.find(({ code }) => code === input.code)?.revision ?? ABSENT;
    });
    return this.runner.run(shippingAggregate, { id: ID, enrich, hash, ...lock });
  }
}
