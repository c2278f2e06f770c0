// The shopper's mutations: they convert arguments to a command and its outcome to a payload. The
// only decision here is access.
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { type CartChangeRequest, requestNames } from '../../commands/cart-requests.js';
import { cartIdOf } from '../../commands/command-id.js';
import { ownerOf } from '../../commands/ownership.js';
import { cartNotFound } from '../../domain/cart/rejections.js';
import type { CartState } from '../../domain/cart/state.js';
import { demand, mayChange } from '../access.js';
import { ShownCart } from '../cart-view.js';
import { counted } from '../command-count.js';
import { commandContext, type RequestContext } from '../context.js';
import * as rules from '../input-rules.js';
import { shownOrder } from '../order-view.js';
import { owns } from '../policy.js';
import type { CommandOutcome } from '../services.js';
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
  @Mutation(() => OpenCartPayload)
  async openCart(
    @Ctx() context: RequestContext,
    @Arg('input', () => OpenCartInput) input: OpenCartInput,
  ): Promise<OpenCartPayload> {
    demand(context, 'cart:open');
    const { principal, services } = context;
    const currency = rules.currencyOf(input.currency ?? defaultCurrency);
    const customerId = principal.kind === 'customer' ? (principal.subject ?? null) : null;
    const issued = commandContext(context, input);
    const owned = { currency, customerId };
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
    return Object.assign(payload, { cartToken: outcome.accepted ? cartToken : null });
  }

  @Mutation(() => CartPayload)
  addItem(
    @Ctx() context: RequestContext,
    @Arg('input', () => AddItemInput) input: AddItemInput,
  ): Promise<CartPayload> {
    const quantity = rules.quantityOf(input.quantity ?? 1, 1);
    return change(context, input, { type: 'AddItem', ...lineOf(input), quantity });
  }

  @Mutation(() => CartPayload)
  changeQuantity(
    @Ctx() context: RequestContext,
    @Arg('input', () => ChangeQuantityInput) input: ChangeQuantityInput,
  ): Promise<CartPayload> {
    const quantity = rules.quantityOf(input.quantity, 0);
    return change(context, input, { type: 'ChangeQuantity', ...lineOf(input), quantity });
  }

  @Mutation(() => CartPayload)
  removeItem(
    @Ctx() context: RequestContext,
    @Arg('input', () => RemoveItemInput) input: RemoveItemInput,
  ): Promise<CartPayload> {
    return change(context, input, { type: 'RemoveItem', ...lineOf(input) });
  }

  @Mutation(() => CartPayload)
  applyCoupon(
    @Ctx() context: RequestContext,
    @Arg('input', () => ApplyCouponInput) input: ApplyCouponInput,
  ): Promise<CartPayload> {
    return change(context, input, { type: 'ApplyCoupon', ...couponOf(input) });
  }

  @Mutation(() => CartPayload)
  removeCoupon(
    @Ctx() context: RequestContext,
    @Arg('input', () => RemoveCouponInput) input: RemoveCouponInput,
  ): Promise<CartPayload> {
    return change(context, input, { type: 'RemoveCoupon', ...couponOf(input) });
  }

  @Mutation(() => CheckoutPayload)
  async checkout(
    @Ctx() context: RequestContext,
    @Arg('input', () => CheckoutInput) input: CheckoutInput,
  ): Promise<CheckoutPayload> {
    const cartId = rules.uuidOf(input.cartId, 'cartId');
    const expectedTotal = rules.amountOf(input.expectedTotal, 'expectedTotal');
    // Neither is stored: no mail is sent and no payment is charged yet. They only distinguish one
    // checkout from another.
    const email = rules.emailOf(input.email);
    const paymentToken = rules.textOf(input.paymentToken, 'paymentToken');
    const asked = { cartId, expectedTotal, also: { email, paymentToken } };
    const issued = commandContext(context, input);
    const { services } = context;
    if (!(await mayChange(context, cartId))) {
      services.countCommand('checkout', cartNotFound.code);
      return { order: null, cart: null, rejection: cartNotFound };
    }
    const leaving = services.carts.checkOut(asked, issued);
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

async function change(
  context: RequestContext,
  input: rules.IdempotencyInput,
  request: CartChangeRequest,
): Promise<CartPayload> {
  const issued = commandContext(context, input);
  const { cartId, type } = request;
  const command = requestNames[type];
  const { services } = context;
  if (!(await mayChange(context, cartId))) {
    services.countCommand(command, cartNotFound.code);
    return { cart: null, rejection: cartNotFound };
  }
  const changing = services.carts.change(request, issued);
  const outcome = await counted(services, command, changing, (answer) => answer);
  return payloadOf(context, outcome, cartId);
}

/**
 * A rejection comes with the current cart. It is a getter, because most callers do not request it.
 */
function payloadOf(
  context: RequestContext,
  outcome: CommandOutcome<CartState>,
  cartId: string | undefined,
): CartPayload {
  if (outcome.accepted) return { cart: shown(context, outcome.state), rejection: null };
  return {
    get cart() {
      return cartId === undefined ? null : standing(context, cartId);
    },
    rejection: outcome.rejection,
  };
}

/**
 * The current cart from the log. Null unless the caller owns it: a cart that was absent before the
 * command may now belong to someone else, and a commandId proves no ownership.
 */
async function standing(context: RequestContext, cartId: string): Promise<ShownCart | null> {
  const state = await context.services.carts.freshState(cartId);
  return owns(context.principal, ownerOf(state)) ? shown(context, state) : null;
}

function shown({ principal, services }: RequestContext, state: CartState): ShownCart | null {
  if (state.status === 'ABSENT') return null;
  return new ShownCart(state, principal, services.time.now(), services.rulesInForce());
}

function lineOf({ cartId, sku }: { readonly cartId: string; readonly sku: string }) {
  return { cartId: rules.uuidOf(cartId, 'cartId'), sku: rules.skuOf(sku) };
}

function couponOf({ cartId, code }: { readonly cartId: string; readonly code: string }) {
  return { cartId: rules.uuidOf(cartId, 'cartId'), code: rules.couponCodeOf(code) };
}
