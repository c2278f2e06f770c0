// Imports the orders of another shop's export, many in parallel. The file is read whole before the
// first append. A repeated run appends only what is missing.
import { cartIdOf, inputHash } from '../../commands/command-id.js';
import { inParallel } from '../../commands/in-parallel.js';
import { openTerms } from '../../domain/cart/coupon-terms.js';
import type { CouponTerms } from '../../domain/cart/events.js';
import type { Pricing } from '../../domain/cart/pricing.js';
import { normalizedCode } from '../../domain/coupon/decide.js';
import { textFault } from '../../domain/text.js';
import type { EventStore } from '../../event-store/event-store.js';
import { StorePatience } from '../../event-store/store-patience.js';
import { historicCart, type BoughtUnits, type HistoryRejection } from '../historic-cart.js';
import {
  HistoryAppends,
  type PurchaseAppends,
  TOO_MANY_LINES,
  tooLarge,
} from '../history-appends.js';
import type {
  ForeignLine,
  ForeignOrder,
  LeftOutCode,
  LeftOutOrder,
  ReadOrder,
} from './foreign-order.js';
import type { ReadingOptions } from './grouped-orders.js';
import { OrderImportTally, type OrderImportSummary } from './order-import-summary.js';
import { shopifyOrders } from './shopify.js';
import { wooOrders } from './woocommerce.js';

export type OrderSource = 'shopify' | 'woocommerce';

export interface OrderImportOptions extends ReadingOptions {
  readonly store: EventStore;
  readonly pricing: Pricing;
  /** Default: one of 120 s that tells nobody. */
  readonly patience?: StorePatience;
  readonly source: OrderSource;
  readonly paths: readonly string[];
  readonly isDryRun: boolean;
  /** Called after each order. */
  readonly onProgress?: (done: number, total: number) => void;
}

type ReadsOrders = (path: string, options: ReadingOptions) => Promise<readonly ReadOrder[]>;

const readers: Readonly<Record<OrderSource, ReadsOrders>> = {
  shopify: shopifyOrders,
  woocommerce: wooOrders,
};

const IN_FLIGHT = 64;
/** A discount that names no code. */
const UNNAMED_DISCOUNT = 'DISCOUNT';
const MAX_CODE = 40;

/**
 * @throws FileColumnsError, AmbiguousFileError, UnbelievableFileError, StoreUnavailableError,
 * and the system's error for an unreadable file
 */
export async function importOrders(options: OrderImportOptions): Promise<OrderImportSummary> {
  const begunAt = performance.now();
  const { source, paths, isDryRun, patience = new StorePatience({}) } = options;
  const tally = new OrderImportTally(source, isDryRun);
  const orders = new Map<string, ForeignOrder>();
  for (const path of paths) {
    for (const read of await readers[source](path, options)) {
      if ('leftOut' in read) tally.leaveOut(read.leftOut);
      else if (orders.has(read.order.key)) tally.leaveOut(repeated(read.order));
      else orders.set(read.order.key, read.order);
    }
  }
  const appends = new HistoryAppends({ ...options, patience });
  let done = 0;
  await inParallel([...orders.values()], IN_FLIGHT, async (order) => {
    await bringIn(order, options, appends, tally);
    options.onProgress?.((done += 1), orders.size);
  });
  return tally.summary((performance.now() - begunAt) / 1000);
}

function repeated({ number, rows }: ForeignOrder): LeftOutOrder {
  const reason = 'it stands in the files before: the first one counts';
  return { order: number, rows, code: 'repeated' satisfies LeftOutCode, reason };
}

async function bringIn(
  order: ForeignOrder,
  { source, pricing }: Pick<OrderImportOptions, 'source' | 'pricing'>,
  appends: HistoryAppends,
  tally: OrderImportTally,
): Promise<void> {
  const purchase = purchaseOf(order, source, pricing, appends);
  const added = 'code' in purchase ? purchase : await appends.append(purchase);
  if (typeof added === 'number') tally.count(order, added);
  else tally.leaveOut({ order: order.number, rows: order.rows, ...added });
}

function purchaseOf(
  order: ForeignOrder,
  source: OrderSource,
  pricing: Pricing,
  appends: HistoryAppends,
): PurchaseAppends | HistoryRejection {
  const { key, at, currency, customerId, lines, discount, total, refunded, number } = order;
  if (lines.length > TOO_MANY_LINES) return tooLarge;
  if (refunded > total) return refundTooLarge;
  const coupon = discount === null ? {} : { coupon: couponOf(discount, currency) };
  const units = lines.flatMap(unitsOf);
  const bought = { at, currency, customerId, units, total, ...coupon };
  const cart = historicCart(cartIdOf(`${source}/${key}`), bought, pricing.current);
  if ('code' in cart) return cart;
  const refund =
    refunded === 0 ? null : { paid: total, amount: refunded, reference: `${source} ${number}` };
  return appends.prepare(
    cart,
    inputHash('ImportOrder', { source, key, ...bought, refunded }),
    lines.length,
    refund,
  );
}

const refundTooLarge: HistoryRejection = {
  code: 'amounts do not add up',
  reason: 'more was paid back than was paid',
};

/** Units whose price is not a whole number of minor units get one of two prices. */
function unitsOf({ sku, name, quantity, subtotal }: ForeignLine): BoughtUnits[] {
  const unitPrice = Math.floor(subtotal / quantity);
  const dearer = subtotal - unitPrice * quantity;
  return [
    { sku, name, quantity: quantity - dearer, unitPrice },
    { sku, name, quantity: dearer, unitPrice: unitPrice + 1 },
  ].filter((units) => units.quantity > 0);
}

function couponOf(
  { code, amount }: NonNullable<ForeignOrder['discount']>,
  currency: string,
): { readonly code: string; readonly description: string; readonly terms: CouponTerms } {
  const written = normalizedCode(code);
  const isCode = written !== '' && written.length <= MAX_CODE && textFault(written) === undefined;
  return {
    code: isCode ? written : UNNAMED_DISCOUNT,
    description: 'A discount of the imported order',
    terms: {
      ...openTerms,
      discount: { kind: 'AMOUNT', minorUnits: amount, currency },
    },
  };
}
