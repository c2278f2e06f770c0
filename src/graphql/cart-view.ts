// Converts a cart's row or folded state to the API's Cart or CartView. Prices and money objects are
// computed only for requested fields; many requests read only the revision.
import { viewCart, type CartView, type LineView } from '../domain/cart/view.js';
import type { PricingRules } from '../domain/cart/pricing.js';
import type { ExistingCartState } from '../domain/cart/state.js';
import type { Principal } from './policy.js';
import { owns } from './policy.js';
import type {
  AppliedCoupon,
  Cart,
  CartAsOf,
  CartContents,
  CartLine,
  CartTotals,
} from './types/cart-types.js';
import { shownCharges, shownLineTax, shownMethodOf } from './delivery-view.js';
import type { ChosenShippingMethodType, ShipToType } from './types/delivery-types.js';
import { money } from './types/money.js';

/** The contents of a cart, with the state behind them. */
abstract class ShownContents implements CartContents {
  private view: CartView | undefined;

  /**
   * @param at the instant of the prices, in milliseconds
   * @param rules the pricing rules
   * @param stored a view of the same state that is valid at that instant
   */
  constructor(
    readonly state: ExistingCartState,
    private readonly principal: Principal,
    protected readonly at: number,
    private readonly rules: PricingRules,
    stored?: CartView,
  ) {
    this.view = stored;
  }

  get status(): ExistingCartState['status'] {
    return this.state.status;
  }

  get currency(): string {
    return this.state.currency;
  }

  get revision(): number {
    return this.state.revision;
  }

  /** The customer's identity is personal: only the owner sees it. */
  get customerId(): string | null {
    return owns(this.principal, this.state) ? this.state.customerId : null;
  }

  get openedAt(): number {
    return this.state.openedAt;
  }

  get updatedAt(): number {
    return this.state.updatedAt;
  }

  get lines(): CartLine[] {
    return this.priced().lines.map((line) => shownLine(line, this.currency));
  }

  get coupons(): AppliedCoupon[] {
    return this.priced().coupons.map((coupon) => ({
      ...coupon,
      discount: money(coupon.discount, this.currency),
    }));
  }

  get totals(): CartTotals {
    const { currency } = this;
    const { totals, delivery } = this.priced();
    const { itemCount, subtotal, discount, total, because } = totals;
    return {
      ...shownCharges(delivery, currency),
      itemCount,
      subtotal: money(subtotal, currency),
      discount: money(discount, currency),
      total: money(total, currency),
      get because() {
        return because.map((part) => ({ ...part, amount: money(part.amount, currency) }));
      },
    };
  }

  get shipTo(): ShipToType | null {
    const { shipTo = null } = this.priced().delivery ?? {};
    return shipTo && { country: shipTo.country, region: shipTo.region };
  }

  get shippingMethod(): ChosenShippingMethodType | null {
    return shownMethodOf(this.priced().delivery?.shipping, this.currency);
  }

  /** Priced once, by the domain. */
  priced(): CartView {
    this.view ??= viewCart(this.state, this.at, this.rules);
    return this.view;
  }
}

/** The live cart, which a client caches by its id. */
export class ShownCart extends ShownContents implements Cart {
  get id(): string {
    return this.state.id;
  }

  get mergedInto(): string | null {
    return this.state.status === 'MERGED' ? this.state.intoCartId : null;
  }
}

/** A past or supposed cart. */
export class ShownCartAsOf extends ShownContents implements CartAsOf {
  get cartId(): string {
    return this.state.id;
  }

  get asOf(): number {
    return this.at;
  }
}

function shownLine(line: LineView, currency: string): CartLine {
  const { sku, name, quantity, addedAt } = line;
  return {
    sku,
    name,
    quantity,
    addedAt,
    tax: shownLineTax(line.tax, currency),
    unitPrice: money(line.unitPrice, currency),
    subtotal: money(line.subtotal, currency),
    discount: money(line.discount, currency),
    total: money(line.total, currency),
  };
}
