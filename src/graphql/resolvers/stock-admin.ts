// Stock for staff: an administrator's mutations, and the units of a product as the log has them.
import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { StockCorrection } from '../../domain/inventory/commands.js';
import { availableIn, type StockState } from '../../domain/inventory/state.js';
import { demand } from '../access.js';
import { badInput } from '../api-error.js';
import { caughtUp } from '../caught-up.js';
import { counted } from '../command-count.js';
import { commandContext, type RequestContext } from '../context.js';
import { quantityOf, textOf } from '../input-rules.js';
import { namedSku } from '../named-sku.js';
import type { CommandOutcome } from '../services.js';
import {
  AdjustStockInput,
  ReceiveStockInput,
  StockLevel,
  StockPayload,
} from '../types/stock-types.js';

@Resolver()
export class StockAdmin {
  @Query(() => StockLevel, {
    nullable: true,
    description: 'For support and admins. Null for a product whose stock is not tracked',
  })
  async stock(
    @Ctx() context: RequestContext,
    @Arg('sku', () => ID, { description: 'The article number, in its exact spelling' })
    sku: string,
  ): Promise<StockLevel | null> {
    demand(context, 'stock:read');
    return shownStock(await context.services.stock.freshState(await namedSku(context, sku)));
  }

  @Mutation(() => StockPayload, {
    description:
      'Adds units to a product. Its stock is tracked from the first time on. Waits until the ' +
      'catalogue shows it',
  })
  async receiveStock(
    @Ctx() context: RequestContext,
    @Arg('input', () => ReceiveStockInput, { description: 'What to do' }) input: ReceiveStockInput,
  ): Promise<StockPayload> {
    demand(context, 'stock:change');
    const delivery = {
      sku: await namedSku(context, input.sku),
      quantity: quantityOf(input.quantity, 1),
      reference: input.reference == null ? null : textOf(input.reference, 'reference'),
    };
    const receiving = context.services.stock.receive(delivery, commandContext(context, input));
    return stocked(context, 'receiveStock', receiving);
  }

  @Mutation(() => StockPayload, {
    description:
      'Corrects the units of a product, such as after a count. Its stock is tracked from the ' +
      'first time on. Waits until the catalogue shows it',
  })
  async adjustStock(
    @Ctx() context: RequestContext,
    @Arg('input', () => AdjustStockInput, { description: 'What to do' }) input: AdjustStockInput,
  ): Promise<StockPayload> {
    demand(context, 'stock:change');
    const adjustment = {
      sku: await namedSku(context, input.sku),
      correction: correctionOf(input),
      reason: textOf(input.reason, 'reason'),
    };
    const adjusting = context.services.stock.adjust(adjustment, commandContext(context, input));
    return stocked(context, 'adjustStock', adjusting);
  }
}

function correctionOf({ change, onHand }: AdjustStockInput): StockCorrection {
  if (change != null && onHand == null) return { change };
  if (change == null && onHand != null) return { onHand };
  throw badInput('Give exactly one of change and onHand.');
}

async function stocked(
  context: RequestContext,
  command: string,
  running: Promise<CommandOutcome<StockState>>,
): Promise<StockPayload> {
  const outcome = await counted(context.services, command, running, (answer) => answer);
  if (!outcome.accepted) return { stock: null, rejection: outcome.rejection };
  await caughtUp(context, outcome.position);
  return { stock: shownStock(outcome.state), rejection: null };
}

function shownStock(state: StockState): StockLevel | null {
  const { sku, onHand, reserved } = state;
  return sku === null ? null : { sku, onHand, reserved, available: availableIn(state) };
}
