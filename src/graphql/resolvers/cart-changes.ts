// The shopper's mutations that change several lines at once, take prices, undo, and copy a cart.
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { demand } from '../access.js';
import { change, changeOutcome, mayRun, noCart, payloadOf, reportOf } from '../cart-payload.js';
import { counted } from '../command-count.js';
import { commandContext, type RequestContext } from '../context.js';
import * as rules from '../input-rules.js';
import { namedLines } from '../named-sku.js';
import { customerOf } from '../policy.js';
import type { CommandOutcome } from '../services.js';
import type { CartState } from '../../domain/cart/state.js';
import {
  AcceptPricesInput,
  AddItemsInput,
  ForkCartInput,
  UndoInput,
} from '../types/cart-inputs.js';
import { AddItemsPayload, CartPayload, OpenCartPayload } from '../types/payloads.js';

@Resolver()
export class CartChanges {
  @Mutation(() => AddItemsPayload, {
    description: 'Adds up to 250 lines in one change: all of them or none, unless `partially`',
  })
  async addItems(
    @Ctx() context: RequestContext,
    @Arg('input', () => AddItemsInput, { description: 'What to do' }) input: AddItemsInput,
  ): Promise<AddItemsPayload> {
    const cartId = rules.uuidOf(input.cartId, 'cartId');
    const lines = await namedLines(context, input.lines, 1);
    const partially = input.partially ?? false;
    const request = { type: 'AddItems', cartId, lines, partially } as const;
    const outcome = await changeOutcome(context, input, request);
    if (outcome === undefined) return { ...noCart(), report: [] };
    return reported(context, payloadOf(context, outcome, cartId) as AddItemsPayload, outcome);
  }

  @Mutation(() => CartPayload, {
    description:
      'Takes the prices of now for every line whose price has changed: see `Cart.problems`',
  })
  acceptPrices(
    @Ctx() context: RequestContext,
    @Arg('input', () => AcceptPricesInput, { description: 'What to do' }) input: AcceptPricesInput,
  ): Promise<CartPayload> {
    const cartId = rules.uuidOf(input.cartId, 'cartId');
    return change(context, input, { type: 'AcceptPrices', cartId });
  }

  @Mutation(() => CartPayload, {
    description:
      "Takes the caller's last change of the cart back, as a change of its own: its undo restores " +
      'what was undone. A signed-in customer is a caller; all holders of a cart token are another',
  })
  undo(
    @Ctx() context: RequestContext,
    @Arg('input', () => UndoInput, { description: 'What to do' }) input: UndoInput,
  ): Promise<CartPayload> {
    return change(context, input, { type: 'Undo', cartId: rules.uuidOf(input.cartId, 'cartId') });
  }

  @Mutation(() => OpenCartPayload, {
    description:
      'Opens a cart with the lines and coupons that another one had at a revision, at the offers ' +
      'of now. What is not on sale any more is left out: see report. A copy of the same owner has ' +
      'the address, shipping method and gift note too',
  })
  async forkCart(
    @Ctx() context: RequestContext,
    @Arg('input', () => ForkCartInput, { description: 'What to do' }) input: ForkCartInput,
  ): Promise<OpenCartPayload> {
    demand(context, 'cart:open');
    const { services, principal } = context;
    const fromCartId = rules.uuidOf(input.cartId, 'cartId');
    const fromRevision = rules.revisionOf(input.atRevision, 'atRevision');
    const issued = commandContext(context, input);
    if (!(await mayRun(context, 'forkCart', fromCartId))) {
      return { ...noCart(), cartToken: null, report: [] };
    }
    const source = { fromCartId, fromRevision, customerId: customerOf(principal) };
    const { outcome, cartToken } = await counted(
      services,
      'forkCart',
      services.carts.fork(source, issued),
      (answer) => answer.outcome,
    );
    const payload = payloadOf(context, outcome, undefined) as OpenCartPayload;
    Object.defineProperty(payload, 'cartToken', { value: cartToken });
    return reported(context, payload, outcome);
  }
}

function reported<Payload extends AddItemsPayload | OpenCartPayload>(
  context: RequestContext,
  payload: Payload,
  outcome: CommandOutcome<CartState>,
): Payload {
  return Object.defineProperty(payload, 'report', { get: () => reportOf(context, outcome) });
}
