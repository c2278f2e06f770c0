// The shopper's mutations: they convert arguments to a command and its outcome to a payload. The
// only decision here is access.
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { cartIdOf } from '../../commands/command-id.js';
import { demand } from '../access.js';
import { change, mayRun, noCart, payloadOf, reportOf } from '../cart-payload.js';
import { counted } from '../command-count.js';
import { cartCommandContext, commandContext, type RequestContext } from '../context.js';
import * as rules from '../input-rules.js';
import { namedLines, namedSku } from '../named-sku.js';
import { shownOrder } from '../order-view.js';
import { customerOf } from '../policy.js';
import {
  AddItemInput,
  ApplyCouponInput,
  ChangeQuantityInput,
  CheckoutInput,
  OpenCartInput,
  RemoveCouponInput,
  RemoveItemInput,
} from '../types/cart-inputs.js';
import { CartPayload, CheckoutPayload, OpenCartPayload } from '../types/payloads.js';

const defaultCurrency = 'GBP';

@Resolver()
export class CartMutations {
  @Mutation(() => OpenCartPayload, { description: 'Opens a cart' })
  async openCart(
    @Ctx() context: RequestContext,
    @Arg('input', () => OpenCartInput, { description: 'What to do' }) input: OpenCartInput,
  ): Promise<OpenCartPayload> {
    demand(context, 'cart:open');
    const { principal, services } = context;
    const currency = rules.currencyOf(input.currency ?? defaultCurrency);
    const customerId = customerOf(principal);
    const issued = commandContext(context, input);
    const lines = await namedLines(context, input.lines ?? [], 0);
    const owned = { currency, customerId, ...(lines.length > 0 && { lines }) };
    const opening = services.carts.open(owned, issued, principal.cartTokenHashes);
    const { outcome, cartToken } = await counted(
      services,
      'openCart',
      opening,
      (answer) => answer.outcome,
    );
    const { commandId } = issued;
    const cartId = commandId === undefined ? undefined : cartIdOf(commandId);
    const payload = payloadOf(context, outcome, cartId);
    return Object.defineProperties(payload as OpenCartPayload, {
      cartToken: { value: outcome.accepted ? cartToken : null },
      report: { get: () => reportOf(context, outcome) },
    });
  }

  @Mutation(() => CartPayload, { description: 'Adds units of a product' })
  async addItem(
    @Ctx() context: RequestContext,
    @Arg('input', () => AddItemInput, { description: 'What to do' }) input: AddItemInput,
  ): Promise<CartPayload> {
    const quantity = rules.quantityOf(input.quantity ?? 1, 1);
    return change(context, input, { type: 'AddItem', ...(await lineOf(context, input)), quantity });
  }

  @Mutation(() => CartPayload, { description: 'Sets the quantity of a line' })
  async changeQuantity(
    @Ctx() context: RequestContext,
    @Arg('input', () => ChangeQuantityInput, { description: 'What to do' })
    input: ChangeQuantityInput,
  ): Promise<CartPayload> {
    const quantity = rules.quantityOf(input.quantity, 0);
    return change(context, input, {
      type: 'ChangeQuantity',
      ...(await lineOf(context, input)),
      quantity,
    });
  }

  @Mutation(() => CartPayload, { description: 'Removes a line' })
  async removeItem(
    @Ctx() context: RequestContext,
    @Arg('input', () => RemoveItemInput, { description: 'What to do' }) input: RemoveItemInput,
  ): Promise<CartPayload> {
    return change(context, input, { type: 'RemoveItem', ...(await lineOf(context, input)) });
  }

  @Mutation(() => CartPayload, {
    description: 'Puts a coupon on a cart; its use is taken by the checkout',
  })
  applyCoupon(
    @Ctx() context: RequestContext,
    @Arg('input', () => ApplyCouponInput, { description: 'What to do' }) input: ApplyCouponInput,
  ): Promise<CartPayload> {
    return change(context, input, { type: 'ApplyCoupon', ...couponOf(input) });
  }

  @Mutation(() => CartPayload, { description: 'Takes a coupon off a cart' })
  removeCoupon(
    @Ctx() context: RequestContext,
    @Arg('input', () => RemoveCouponInput, { description: 'What to do' }) input: RemoveCouponInput,
  ): Promise<CartPayload> {
    return change(context, input, { type: 'RemoveCoupon', ...couponOf(input) });
  }

  @Mutation(() => CheckoutPayload, {
    description: 'Closes a cart and places its order; the payment follows',
  })
  async checkout(
    @Ctx() context: RequestContext,
    @Arg('input', () => CheckoutInput, { description: 'What to do' }) input: CheckoutInput,
  ): Promise<CheckoutPayload> {
    const cartId = rules.uuidOf(input.cartId, 'cartId');
    const expectedTotal = rules.amountOf(input.expectedTotal, 'expectedTotal');
    const email = rules.emailOf(input.email);
    const paymentToken = rules.textOf(input.paymentToken, 'paymentToken');
    // Both distinguish one checkout from another.
    const also = { email, paymentToken };
    const asked = { cartId, expectedTotal, also, contact: { email } };
    const issued = cartCommandContext(context, input);
    const { services } = context;
    if (!(await mayRun(context, 'checkout', cartId))) return { order: null, ...noCart() };
    const leaving = services.carts.checkOut(asked, issued, paymentToken);
    const { outcome, order } = await counted(
      services,
      'checkout',
      leaving,
      (answer) => answer.outcome,
    );
    const placed = order === undefined ? null : shownOrder(order);
    return Object.assign(payloadOf(context, outcome, cartId), { order: placed });
  }
}

async function lineOf(
  context: RequestContext,
  { cartId, sku }: { readonly cartId: string; readonly sku: string },
) {
  return { cartId: rules.uuidOf(cartId, 'cartId'), sku: await namedSku(context, sku) };
}

function couponOf({ cartId, code }: { readonly cartId: string; readonly code: string }) {
  return { cartId: rules.uuidOf(cartId, 'cartId'), code: rules.couponCodeOf(code) };
}
