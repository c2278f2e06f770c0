// The commands that follow an order's placement: those of the process manager, whose ids are
// derived from the order, and those of staff.
import type { FulfilmentCommand } from '../domain/order/commands.js';
import type { OrderState } from '../domain/order/state.js';
import { orderAggregate } from './aggregates.js';
import type { CommandContext, CommandOutcome } from './command-context.js';
import { fulfilmentIdOf, inputHash } from './command-id.js';
import type { CommandRunner } from './command-runner.js';

type OrderOutcome = Promise<CommandOutcome<OrderState>>;

/** A command without its instant. */
type Untimed<Command> = Command extends unknown ? Omit<Command, 'at'> : never;

/** What the process manager commands. */
export type AutomaticCommand = Untimed<
  Exclude<FulfilmentCommand, { type: 'ShipOrder' | 'RequestRefund' }>
>;

export interface ShipmentRequest {
  readonly orderId: string;
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
}

export interface CancellationRequest {
  readonly orderId: string;
  readonly reason: string;
}

export interface RefundOrderRequest extends CancellationRequest {
  /** In minor units; null: all that is left. */
  readonly amount: number | null;
}

export class FulfilmentCommands {
  constructor(private readonly runner: CommandRunner) {}

  /** As the log has it now. @throws StoreUnavailableError */
  freshState(orderId: string): Promise<OrderState> {
    return this.runner.stateOf(orderAggregate, orderId, 'fresh');
  }

  /**
   * A command of the process manager. Repeating it changes nothing, whichever instance repeats it.
   *
   * @param about distinguishes several commands of one type, such as refunds
   */
  run(orderId: string, command: AutomaticCommand, causationId: string, about = ''): OrderOutcome {
    const commandId = fulfilmentIdOf(orderId, `${command.type}/${about}`);
    return this.runner.run(orderAggregate, {
      id: orderId,
      enrich: (at) => ({ ...command, at }),
      // What the gateway answers to a repetition may have other words.
      hash: command.type,
      context: { commandId, causationId, actor: { kind: 'fulfilment' } },
    });
  }

  ship({ orderId, ...shipment }: ShipmentRequest, context: CommandContext): OrderOutcome {
    return this.asked(orderId, { type: 'ShipOrder', ...shipment }, context);
  }

  /** A paid order is refunded in full. */
  cancel({ orderId, reason }: CancellationRequest, context: CommandContext): OrderOutcome {
    const refundId = cancellationRefundOf(orderId);
    const command = { type: 'CancelOrder', reason, by: 'STAFF', refundId } as const;
    return this.asked(orderId, command, context);
  }

  refund({ orderId, amount, reason }: RefundOrderRequest, context: CommandContext): OrderOutcome {
    const { commandId } = context;
    const refundId =
      commandId === undefined
        ? this.runner.time.newId()
        : fulfilmentIdOf(orderId, `refund/${commandId}`);
    return this.asked(orderId, { type: 'RequestRefund', amount, reason, refundId }, context);
  }

  private asked(
    orderId: string,
    command: Untimed<FulfilmentCommand>,
    context: CommandContext,
  ): OrderOutcome {
    const { expectedRevision } = context;
    const { type, ...input } = command;
    return this.runner.run(orderAggregate, {
      id: orderId,
      enrich: (at) => ({ ...command, at }),
      hash: inputHash(type, { orderId, ...input, expectedRevision }),
      context,
    });
  }
}

/** Idempotency key of the refund that a cancellation leads to: one for each order. */
export function cancellationRefundOf(orderId: string): string {
  return fulfilmentIdOf(orderId, 'refund of the cancellation');
}
