// Rows that may be wrong: the projector met an event of the stream that it could not apply, or the
// store removes events of it. What the log says counts then.
import type { ProductState } from '../domain/catalog/state.js';
import type { OrderState } from '../domain/order/state.js';
import { factsOf } from '../errors/catalogue.js';
import type { ApiServices } from './services.js';

/**
 * The order, with `id` null where there is none.
 *
 * @throws UnreadableEventError, IncompleteHistoryError
 */
export async function currentOrder(
  { reads, orders }: Pick<ApiServices, 'reads' | 'orders'>,
  orderId: string,
): Promise<OrderState> {
  const row = await reads.order(orderId);
  // A new order may not have a row yet; it must not be reported as absent.
  if (row === null) return orders.state(orderId);
  return (await reads.isDoubtful(`order-${orderId}`)) ? orders.freshState(orderId) : row;
}

/** The product as it is on sale by its log; null where it is not, or its log cannot tell. */
export async function productInLog(
  { catalogue }: Pick<ApiServices, 'catalogue'>,
  sku: string,
): Promise<ProductState | null> {
  try {
    const product = await catalogue.freshState(sku);
    return product.listed ? product : null;
  } catch (error) {
    // Nobody can buy it, so nobody is shown it; everything else of the page is right.
    if (logCannotTell(error)) return null;
    throw error;
  }
}

/** Whether a stream was asked that has an event which nobody can read, or has lost events. */
export function logCannotTell(error: unknown): boolean {
  const code = factsOf(error)?.api?.code ?? '';
  return ['EVENT_NOT_UNDERSTOOD', 'HISTORY_INCOMPLETE', 'STREAM_DELETED'].includes(code);
}

/** The product if it is on sale: by its row, or by its log where the row may be wrong. */
export async function productOnSale(
  services: Pick<ApiServices, 'reads' | 'catalogue'>,
  sku: string,
): Promise<ProductState | null> {
  const { reads } = services;
  const asked = [reads.product(sku), reads.isDoubtful(`product-${sku}`)] as const;
  const [row, isDoubtful] = await Promise.all(asked);
  return isDoubtful ? productInLog(services, sku) : row;
}
