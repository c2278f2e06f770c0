// What-if queries, for support: for example the total with another coupon. They change nothing.
import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { suppose, type Supposition } from '../../domain/cart/what-if.js';
import { areTerms } from '../../domain/coupon/decide.js';
import { demand, demandReadable } from '../access.js';
import { badInput } from '../api-error.js';
import { ShownCartAsOf } from '../cart-view.js';
import type { RequestContext } from '../context.js';
import { termsOf } from '../coupon-terms.js';
import { couponCodeOf, pastInstantOf, quantityOf, skuOf, uuidOf } from '../input-rules.js';
import { DateTimeScalar } from '../scalars.js';
import { SupposedCouponInput, SupposedQuantityInput } from '../types/admin-inputs.js';
import { CartWhatIf } from '../types/explanation-types.js';
import { money } from '../types/money.js';

const mostSupposed = 100;

@Resolver()
export class Suppositions {
  @Query(() => CartWhatIf, {
    description:
      'The cart with other coupon terms or quantities, as of an instant (default: now). Units ' +
      'keep their offered price.',
  })
  async cartWhatIf(
    @Ctx() context: RequestContext,
    @Arg('cartId', () => ID) id: string,
    @Arg('coupons', () => [SupposedCouponInput], { defaultValue: [] })
    coupons: SupposedCouponInput[],
    @Arg('quantities', () => [SupposedQuantityInput], { defaultValue: [] })
    quantities: SupposedQuantityInput[],
    @Arg('at', () => DateTimeScalar, { nullable: true }) timestamp?: number | null,
  ): Promise<CartWhatIf> {
    demand(context, 'carts:suppose');
    const { services, principal } = context;
    const cartId = uuidOf(id, 'cartId');
    const now = services.time.now();
    const at = timestamp == null ? now : pastInstantOf(timestamp, 'at', now);
    const supposition = suppositionOf(coupons, quantities);
    const cart = await demandReadable(
      context,
      await context.budget.history((meter) =>
        services.history.cartAt(cartId, at, undefined, meter),
      ),
    );
    context.budget.onCart(2 * cart.lines.length);
    const missing = quantities.find(({ sku }) => !cart.lines.some((line) => line.sku === sku));
    if (missing !== undefined) throw badInput(`The cart has no ${missing.sku}.`);
    const rules = services.rulesInForce();
    const before = new ShownCartAsOf(cart, principal, at, rules);
    const after = new ShownCartAsOf(suppose(cart, supposition), principal, at, rules);
    const difference = after.priced().totals.total - before.priced().totals.total;
    return { before, after, difference: money(difference, cart.currency) };
  }
}

function suppositionOf(
  coupons: readonly SupposedCouponInput[],
  quantities: readonly SupposedQuantityInput[],
): Supposition {
  if (coupons.length + quantities.length > mostSupposed) {
    throw badInput(`A query can suppose at most ${mostSupposed} changes.`);
  }
  const supposed = {
    coupons: coupons.map((coupon) => ({ code: couponCodeOf(coupon.code), terms: termsOf(coupon) })),
    quantities: quantities.map(({ sku, quantity }) => ({
      sku: skuOf(sku),
      quantity: quantityOf(quantity, 0),
    })),
  };
  const impossible = supposed.coupons.find(({ terms }) => !areTerms(terms));
  if (impossible !== undefined) throw badInput(`The terms of ${impossible.code} are not valid.`);
  demandOnce(supposed.coupons.map(({ code }) => code));
  demandOnce(supposed.quantities.map(({ sku }) => sku));
  return supposed;
}

/** Two suppositions about the same coupon or product would be ambiguous. */
function demandOnce(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw badInput(`${twice} has two suppositions.`);
}
