// What-if queries, for all who may read the cart: for example the total with another coupon. They
// change nothing.
import { Arg, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import { suppose, type Supposition } from '../../domain/cart/what-if.js';
import { areTerms } from '../../domain/coupon/valid-terms.js';
import { demandMayRead, demandReadable } from '../access.js';
import { badInput } from '../api-error.js';
import { ShownCartAsOf } from '../cart-view.js';
import type { RequestContext } from '../context.js';
import { termsOf } from '../coupon-terms.js';
import { deliverySupposed, goingOf } from '../supposed-delivery.js';
import { couponCodeOf, pastInstantOf, quantityOf, revisionOf, uuidOf } from '../input-rules.js';
import { namedSku } from '../named-sku.js';
import { DateTimeScalar } from '../scalars.js';
import { SupposedCouponInput, SupposedQuantityInput } from '../types/admin-inputs.js';
import { PlaceInput } from '../types/delivery-inputs.js';
import { CartWhatIf } from '../types/explanation-types.js';
import { money } from '../types/money.js';

const mostSupposed = 100;

@Resolver()
export class Suppositions {
  @Query(() => CartWhatIf, {
    description:
      'The cart with other coupon terms or quantities, as of an instant (default: now) or right ' +
      'after a revision. Units keep their offered price. For all who may read the cart.',
  })
  async cartWhatIf(
    @Ctx() context: RequestContext,
    @Arg('cartId', () => ID, { description: 'The cart' }) id: string,
    @Arg('coupons', () => [SupposedCouponInput], {
      description: 'Coupons to suppose',
      defaultValue: [],
    })
    coupons: SupposedCouponInput[],
    @Arg('quantities', () => [SupposedQuantityInput], {
      description: 'Quantities to suppose',
      defaultValue: [],
    })
    quantities: SupposedQuantityInput[],
    @Arg('at', () => DateTimeScalar, {
      description: 'The instant to price at; default: now',
      nullable: true,
    })
    timestamp?: number | null,
    @Arg('revision', () => Int, {
      description: 'The revision to begin from; default: the last',
      nullable: true,
    })
    revision?: number | null,
    @Arg('shipTo', () => PlaceInput, {
      description: 'Another place, with its tax rules of now',
      nullable: true,
    })
    shipTo?: PlaceInput | null,
    @Arg('shippingMethod', () => String, {
      description: 'The code of another shipping method, on its terms of now',
      nullable: true,
    })
    shippingMethod?: string | null,
  ): Promise<CartWhatIf> {
    const { services, principal, budget } = context;
    const cartId = uuidOf(id, 'cartId');
    if (timestamp != null && revision != null) throw badInput('Give at or revision, not both.');
    const now = services.time.now();
    const at = timestamp == null ? now : pastInstantOf(timestamp, 'at', now);
    const reached = revision == null ? null : revisionOf(revision, 'revision');
    const supposed = await suppositionOf(context, coupons, quantities);
    const going = goingOf(shipTo, shippingMethod);
    await demandMayRead(context, cartId);
    const state = await budget.history((meter) =>
      reached === null
        ? services.history.cartAt(cartId, at, undefined, meter)
        : services.history.cartAtRevision(cartId, reached, meter),
    );
    const cart = await demandReadable(context, state);
    budget.onCart(cart.lines.length * (2 + coupons.length));
    const missing = quantities.find(({ sku }) => !cart.lines.some((line) => line.sku === sku));
    if (missing !== undefined) throw badInput(`The cart has no ${missing.sku}.`);
    const delivery = await deliverySupposed(services, cart, going, now);
    const supposition = { ...supposed, delivery };
    const rules = services.rulesInForce();
    const pricedAt = reached === null ? at : cart.updatedAt;
    const before = new ShownCartAsOf(cart, principal, pricedAt, rules);
    const after = new ShownCartAsOf(suppose(cart, supposition), principal, pricedAt, rules);
    const difference = after.priced().totals.total - before.priced().totals.total;
    return { before, after, difference: money(difference, cart.currency) };
  }
}

async function suppositionOf(
  context: RequestContext,
  coupons: readonly SupposedCouponInput[],
  quantities: readonly SupposedQuantityInput[],
): Promise<Supposition> {
  if (coupons.length + quantities.length > mostSupposed) {
    throw badInput(`A query can suppose at most ${mostSupposed} changes.`);
  }
  const supposed = {
    coupons: await Promise.all(
      coupons.map(async (coupon) => ({
        code: couponCodeOf(coupon.code),
        terms: await termsOf(context, coupon),
      })),
    ),
    quantities: await Promise.all(
      quantities.map(async ({ sku, quantity }) => ({
        sku: await namedSku(context, sku),
        quantity: quantityOf(quantity, 0),
      })),
    ),
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
