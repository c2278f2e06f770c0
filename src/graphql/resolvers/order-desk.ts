// What admins do with orders: ship, cancel, refund. The process manager does the rest.
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { OrderState } from '../../domain/order/state.js';
import { demand } from '../access.js';
import { counted } from '../command-count.js';
import { commandContext, type RequestContext } from '../context.js';
import * as rules from '../input-rules.js';
import { shownOrder } from '../order-view.js';
import type { CommandOutcome } from '../services.js';
import {
  CancelOrderInput,
  OrderPayload,
  RefundOrderInput,
  ShipOrderInput,
} from '../types/order-inputs.js';

@Resolver()
export class OrderDesk {
  @Mutation(() => OrderPayload, { description: 'For an order that is PAID' })
  shipOrder(
    @Ctx() context: RequestContext,
    @Arg('input', () => ShipOrderInput, { description: 'What to do' }) input: ShipOrderInput,
  ): Promise<OrderPayload> {
    demand(context, 'orders:change');
    const shipment = {
      orderId: rules.uuidOf(input.orderId, 'orderId'),
      carrier: optionalText(input.carrier, 'carrier'),
      trackingNumber: optionalText(input.trackingNumber, 'trackingNumber'),
    };
    const issued = commandContext(context, input);
    return answered(context, 'shipOrder', context.services.fulfilment.ship(shipment, issued));
  }

  @Mutation(() => OrderPayload, {
    description: 'For an order that was not shipped. What was paid is refunded in full',
  })
  cancelOrder(
    @Ctx() context: RequestContext,
    @Arg('input', () => CancelOrderInput, { description: 'What to do' }) input: CancelOrderInput,
  ): Promise<OrderPayload> {
    demand(context, 'orders:change');
    const cancellation = {
      orderId: rules.uuidOf(input.orderId, 'orderId'),
      reason: rules.textOf(input.reason, 'reason'),
    };
    const issued = commandContext(context, input);
    const cancelling = context.services.fulfilment.cancel(cancellation, issued);
    return answered(context, 'cancelOrder', cancelling);
  }

  @Mutation(() => OrderPayload, {
    description: 'Requests a refund; the gateway pays it a moment later, see Order.refunds',
  })
  refundOrder(
    @Ctx() context: RequestContext,
    @Arg('input', () => RefundOrderInput, { description: 'What to do' }) input: RefundOrderInput,
  ): Promise<OrderPayload> {
    demand(context, 'orders:change');
    const refund = {
      orderId: rules.uuidOf(input.orderId, 'orderId'),
      amount: input.amount == null ? null : rules.amountOf(input.amount, 'amount'),
      reason: rules.textOf(input.reason, 'reason'),
    };
    const issued = commandContext(context, input);
    return answered(context, 'refundOrder', context.services.fulfilment.refund(refund, issued));
  }
}

function optionalText(text: string | null | undefined, name: string): string | null {
  return text == null ? null : rules.textOf(text, name);
}

async function answered(
  { services }: RequestContext,
  command: string,
  running: Promise<CommandOutcome<OrderState>>,
): Promise<OrderPayload> {
  const outcome = await counted(services, command, running, (answer) => answer);
  if (!outcome.accepted) return { order: null, rejection: outcome.rejection };
  return { order: shownOrder(outcome.state), rejection: null };
}
