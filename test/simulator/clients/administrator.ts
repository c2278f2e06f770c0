// Who runs the shop: ships, cancels and refunds orders, sometimes the same one twice or in another
// order, and changes stock and limits of coupons. What was not answered is asked again, anywhere.
import type { ChangeCatalogue, ChangeOrder, Intent, Reply } from '../history.js';
import type { Randomness } from '../randomness.js';
import type { Client } from './client.js';
import type { KnownCarts } from './known-carts.js';
import { weighted } from './weighted.js';

type Asked = ChangeOrder | ChangeCatalogue;

/** What buyers get of what there is little of. */
export interface ScarceGoods {
  readonly skus: readonly string[];
  readonly codes: readonly string[];
}

const RETRIES = 0.25;
const OF_ORDERS = 0.85;
/** Mostly it is about an order that may still change. */
const OF_THE_NEWEST = 0.7;
const NEWEST = 8;

export class Administrator implements Client {
  private readonly unanswered: Asked[] = [];

  constructor(
    readonly name: string,
    private readonly instances: readonly string[],
    private readonly scarce: ScarceGoods,
    private readonly known: KnownCarts,
  ) {}

  next(random: Randomness): readonly Intent[] {
    const { unanswered } = this;
    if (unanswered.length > 0 && random.chance(RETRIES)) {
      return [{ ...random.pick(unanswered), instance: random.pick(this.instances) }];
    }
    const isOfOrder = this.known.orders.length > 0 && random.chance(OF_ORDERS);
    const asked = isOfOrder ? this.orderChanged(random) : this.stockChanged(random);
    unanswered.push(asked);
    return [asked];
  }

  hears(intent: Intent, reply: Reply): void {
    if (reply.kind === 'failed' || !('commandId' in intent)) return;
    const index = this.unanswered.findIndex(({ commandId }) => commandId === intent.commandId);
    if (index >= 0) this.unanswered.splice(index, 1);
  }

  private orderChanged(random: Randomness): ChangeOrder {
    const change = weighted<ChangeOrder['change']>(random, [
      [40, { type: 'ShipOrder' }],
      [15, { type: 'CancelOrder' }],
      [10, { type: 'RefundOrder', amount: null }],
      [35, { type: 'RefundOrder', amount: 1 + random.below(100) }],
    ]);
    const { orders } = this.known;
    const orderId = random.pick(random.chance(OF_THE_NEWEST) ? orders.slice(-NEWEST) : orders);
    return { kind: 'change order', ...this.anew(random), orderId, change };
  }

  private stockChanged(random: Randomness): ChangeCatalogue {
    const sku = random.pick(this.scarce.skus);
    const code = random.pick(this.scarce.codes);
    const change = weighted<ChangeCatalogue['change']>(random, [
      [40, { type: 'ReceiveStock', sku, quantity: 1 + random.below(4) }],
      [15, { type: 'AdjustStock', sku, change: random.below(5) - 2 }],
      [15, { type: 'CountStock', sku, onHand: random.below(6) }],
      [8, limitedCoupon(code, 1 + random.below(3))],
      [1, { type: 'DelistProduct', sku }],
      [12, { type: 'ListProduct', sku, minorUnits: 100 + random.below(300) }],
    ]);
    return { kind: 'change catalogue', ...this.anew(random), change };
  }

  private anew(random: Randomness): { readonly instance: string; readonly commandId: string } {
    return { instance: random.pick(this.instances), commandId: random.newId() };
  }
}

export function limitedCoupon(code: string, usageLimit: number): ChangeCatalogue['change'] {
  return { type: 'DefineCoupon', code, basisPoints: 1_500, validUntil: null, usageLimit };
}
