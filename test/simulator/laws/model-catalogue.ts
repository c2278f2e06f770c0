// What an admin does with the catalogue and the stock of a shop without faults.
import {
  couponAggregate,
  inventoryAggregate,
  productAggregate,
  shippingAggregate,
  taxAggregate,
} from '../../../src/commands/aggregates.js';
import type { Decision } from '../../../src/domain/decider.js';
import type { Rejection } from '../../../src/domain/rejection.js';
import type { Aggregate } from '../../../src/folds/aggregate-store.js';
import { couponInput, productInput, shippingTerms } from '../catalogue-input.js';
import type { ChangeCatalogue } from '../history.js';
import { SHIPPING_METHODS, TAX_RULES } from './model-delivery.js';
import type { ModelLog } from './model-log.js';

/** Undefined where it is accepted. */
export function changeCatalogue(
  log: ModelLog,
  { change, commandId }: Pick<ChangeCatalogue, 'change' | 'commandId'>,
  at: number,
): Rejection | undefined {
  const key = commandId === undefined ? {} : { commandId };
  const run = <State, Command, Event>(
    aggregate: Aggregate<State, Command, Event, Rejection>,
    stream: string,
    command: Command,
  ): Rejection | undefined => {
    if (commandId !== undefined && hasProcessed(log, stream, commandId)) return undefined;
    const decision: Decision<Event, Rejection> = aggregate.decider.decide(
      command,
      log.fold(aggregate, stream),
    );
    if ('rejected' in decision) return decision.rejected;
    log.append(aggregate, stream, decision.accepted, at, key);
    return undefined;
  };
  switch (change.type) {
    case 'ListProduct':
    case 'ChangeProductPrice':
    case 'DelistProduct': {
      const input = productInput({ minorUnits: 0, ...change });
      return run(productAggregate, `product-${change.sku}`, { ...input, type: change.type, at });
    }
    case 'DefineCoupon': {
      const command = { type: change.type, at, ...couponInput(change) };
      return run(couponAggregate, `coupon-${change.code}`, command);
    }
    case 'WithdrawCoupon':
      return run(couponAggregate, `coupon-${change.code}`, { type: change.type, at });
    case 'ReceiveStock': {
      const command = { ...change, at, isKnown: true, reference: null };
      return run(inventoryAggregate, `inventory-${change.sku}`, command);
    }
    case 'DefineTaxRule': {
      const rule = { name: 'VAT', ...change.rule };
      return run(taxAggregate, TAX_RULES, { type: change.type, at, rule });
    }
    case 'WithdrawTaxRule':
      return run(taxAggregate, TAX_RULES, { ...change, at });
    case 'DefineShippingMethod': {
      const command = { type: change.type, at, code: change.code, ...shippingTerms(change) };
      return run(shippingAggregate, SHIPPING_METHODS, command);
    }
    case 'WithdrawShippingMethod':
      return run(shippingAggregate, SHIPPING_METHODS, { ...change, at });
    case 'AdjustStock':
    case 'CountStock': {
      const correction =
        change.type === 'CountStock' ? { onHand: change.onHand } : { change: change.change };
      const { sku } = change;
      const command = {
        type: 'AdjustStock',
        sku,
        correction,
        at,
        isKnown: true,
        reason: 'Counted',
      } as const;
      return run(inventoryAggregate, `inventory-${sku}`, command);
    }
  }
}

function hasProcessed(log: ModelLog, stream: string, commandId: string): boolean {
  return log.streamOf(stream).some(({ metadata }) => metadata.commandId === commandId);
}
