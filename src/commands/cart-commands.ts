// What can be asked of carts, as the API and the importer ask it: finds the trusted terms (prices,
// coupons), derives ids, and runs the command.
import { createHmac, hash } from 'node:crypto';
import type { CartCommand, CouponOffer, Offer } from '../domain/cart/commands.js';
import { alreadyOpen, couponInvalid } from '../domain/cart/rejections.js';
import { type CartLimits, defaultCartLimits } from '../domain/cart/limits.js';
import type { PricingRules } from '../domain/cart/pricing.js';
import type { CartState } from '../domain/cart/state.js';
import { couponOfferOf } from '../domain/coupon/state.js';
import { normalizedCode } from '../domain/coupon/decide.js';
import { offerOf } from '../domain/catalog/state.js';
import type { OrderState } from '../domain/order/state.js';
import { cartAggregateWithin, couponAggregate, productAggregate } from './aggregates.js';
import { CodeGuesses } from './code-guesses.js';
import {
  type CommandContext,
  type CommandOutcome,
  type CommandRequest,
  refused,
} from './command-context.js';
import { cartIdOf, freshId, inputHash, orderIdOf } from './command-id.js';
import type { CommandRunner } from './command-runner.js';
import type { OrderCommands } from './order-commands.js';
import { isHardToGuess, sealedOpeningKey } from './opening-key.js';
import { openedBefore, rateLimited } from './rejections.js';

/** Where offers are looked up first; it may be behind the log, so a miss is looked up there. */
export interface Catalogue {
  offer(sku: string): Promise<Offer | null>;
  coupon(code: string): Promise<CouponOffer | null>;
}

type CartOutcome = Promise<CommandOutcome<CartState>>;

export class CartCommands {
  private readonly aggregate: ReturnType<typeof cartAggregateWithin>;
  private readonly guesses = new CodeGuesses();

  /** @param secret keys the guests' cart tokens; whoever knows it can make them */
  constructor(
    private readonly runner: CommandRunner,
    private readonly orders: OrderCommands,
    private readonly catalogue: Catalogue,
    private readonly secret: Buffer,
    private readonly rulesInForce: () => PricingRules,
    limits: CartLimits = defaultCartLimits,
  ) {
    this.aggregate = cartAggregateWithin(limits);
  }

  /**
   * The cart as this process knows it; `status` ABSENT when there is none. Where an event is not
   * understood, as it was before that: enough to tell whose it is.
   */
  state(cartId: string): Promise<CartState> {
    return this.runner.stateOrPrefixOf(this.aggregate, cartId);
  }

  /** The cart as the log has it now, whoever wrote to it last. */
  freshState(cartId: string): Promise<CartState> {
    return this.runner.freshStateOf(this.aggregate, cartId);
  }

  /**
   * Opens a cart. A repeated command gives the same cart and the same token to those who prove to be
   * the same caller; the token is kept nowhere, but derived from the cart's id by a key that only the
   * service knows.
   * @param heldTokens hashes of the cart tokens that came with the command
   */
  async open(
    input: { readonly currency: string; readonly customerId: string | null },
    context: CommandContext,
    heldTokens: readonly string[] = [],
  ): Promise<{ outcome: CommandOutcome<CartState>; cartToken: string | null }> {
    const { commandId } = context;
    const cartId = commandId === undefined ? freshId() : cartIdOf(commandId);
    const cartToken = this.keyedHash(`cart-token/${cartId}`).toString('base64url');
    const { currency, customerId } = input;
    const tokenHash = tokenHashOf(cartToken);
    const openUnder = (keptAs: CommandContext): CartOutcome =>
      this.run(cartId, 'openCart', input, keptAs, (at) => ({
        type: 'OpenCart',
        at,
        cartId,
        currency,
        customerId,
        tokenHash,
      }));
    // Under an id that was made just now nothing can be.
    if (commandId === undefined) {
      return { outcome: await openUnder({ ...context, isFirst: true }), cartToken };
    }
    const sealed = sealedOpeningKey(this.secret, commandId);
    let outcome = await openUnder({ ...context, commandId: sealed });
    let isProof = isHardToGuess(commandId);
    if (!outcome.accepted && outcome.rejection.code === alreadyOpen.code) {
      // Earlier releases stored the commandId as it came: whoever reads the log knows it.
      outcome = await openUnder(context);
      isProof = false;
    }
    if (!outcome.accepted) return { outcome, cartToken: null };
    const isHeld = heldTokens.includes(outcome.state.tokenHash ?? '');
    // A customer's sign-in is part of the input, which was compared with the first one.
    const isProven = !outcome.replayed || isProof || isHeld || customerId !== null;
    if (!isProven) return { outcome: refused(openedBefore), cartToken: null };
    // Another instance, with another secret, may have opened it: its token is not ours to tell.
    return { outcome, cartToken: outcome.state.tokenHash === tokenHash ? cartToken : null };
  }

  addItem(
    input: { readonly cartId: string; readonly sku: string; readonly quantity: number },
    context: CommandContext,
  ): CartOutcome {
    const { cartId, sku, quantity } = input;
    return this.run(cartId, 'addItem', input, context, async (at) => ({
      type: 'AddItem',
      at,
      sku,
      quantity,
      offer: await this.offer(sku),
    }));
  }

  changeQuantity(
    input: { readonly cartId: string; readonly sku: string; readonly quantity: number },
    context: CommandContext,
  ): CartOutcome {
    const { cartId, sku, quantity } = input;
    return this.run(cartId, 'changeQuantity', input, context, async (at) => ({
      type: 'ChangeQuantity',
      at,
      sku,
      quantity,
      offer: await this.offer(sku),
    }));
  }

  removeItem(
    input: { readonly cartId: string; readonly sku: string },
    context: CommandContext,
  ): CartOutcome {
    const { cartId, sku } = input;
    return this.run(cartId, 'removeItem', input, context, (at) => ({
      type: 'RemoveItem',
      at,
      sku,
    }));
  }

  /** Wrong codes are counted for the cart and for whoever sends them, over all carts. */
  applyCoupon(
    input: { readonly cartId: string; readonly code: string },
    context: CommandContext,
  ): CartOutcome {
    const { cartId } = input;
    const code = normalizedCode(input.code);
    const guessers = [`cart ${cartId}`, ...(context.callers ?? [])];
    let isOver: Promise<boolean> | undefined;
    // A command that is decided twice is one guess.
    const countWrong = () => (isOver ??= this.guesses.countWrong(guessers));
    const command = async (at: number): Promise<CartCommand> => ({
      type: 'ApplyCoupon',
      at,
      code,
      coupon: await this.coupon(code),
    });
    return this.run(cartId, 'applyCoupon', { cartId, code }, context, command, {
      admit: async () => {
        if (isOver === undefined && (await this.guesses.mustWait(guessers))) return rateLimited;
        const isUnknown = isOver !== undefined || (await this.coupon(code)) === null;
        // Guesses for other carts, sent at the same time, have been looked up by now.
        const isRefused = isUnknown ? await countWrong() : await this.guesses.mustWait(guessers);
        return isRefused ? rateLimited : undefined;
      },
      review: async (outcome) => {
        const isWrong = !outcome.accepted && outcome.rejection.code === couponInvalid.code;
        return isWrong && (await countWrong()) ? refused(rateLimited) : outcome;
      },
    });
  }

  removeCoupon(
    input: { readonly cartId: string; readonly code: string },
    context: CommandContext,
  ): CartOutcome {
    const { cartId } = input;
    const code = normalizedCode(input.code);
    return this.run(cartId, 'removeCoupon', { cartId, code }, context, (at) => ({
      type: 'RemoveCoupon',
      at,
      code,
    }));
  }

  /** Closes the cart and places its order; the order's id follows from the cart's. */
  async checkout(
    input: {
      readonly cartId: string;
      readonly expectedTotal: number;
      /** What else tells this checkout from another under the same key; it is kept nowhere. */
      readonly also?: Readonly<Record<string, unknown>>;
    },
    context: CommandContext,
  ): Promise<{ outcome: CommandOutcome<CartState>; order?: OrderState }> {
    const { cartId, expectedTotal, also } = input;
    const hashed = { cartId, expectedTotal, ...(also && { also: this.sealed(also) }) };
    const command = (at: number): CartCommand => ({
      type: 'CheckOut',
      at,
      expectedTotal,
      orderId: orderIdOf(cartId),
      rules: this.rulesInForce(),
    });
    const outcome = await this.run(cartId, 'checkout', hashed, context, command, {
      foresee: (after) => this.orders.refusalFor(after),
    });
    if (!outcome.accepted) return { outcome };
    return { outcome, order: await this.orders.placeFor(outcome.state) };
  }

  private run(
    cartId: string,
    name: string,
    input: Readonly<Record<string, unknown>>,
    context: CommandContext,
    command: (at: number) => CartCommand | Promise<CartCommand>,
    checks: Pick<CommandRequest<CartCommand, CartState>, 'admit' | 'foresee' | 'review'> = {},
  ): CartOutcome {
    const { commandId, expectedRevision } = context;
    const hash =
      commandId === undefined ? undefined : inputHash(name, { ...input, expectedRevision });
    return this.runner.run(this.aggregate, {
      id: cartId,
      command,
      context,
      ...(hash !== undefined && { hash }),
      ...checks,
    });
  }

  /** The log keeps a command's hash: from a plain one an e-mail address could be guessed. */
  private sealed(personal: Readonly<Record<string, unknown>>): string {
    return this.keyedHash(inputHash('sealed', personal)).toString('base64url');
  }

  private keyedHash(text: string): Buffer {
    return createHmac('sha256', this.secret).update(text).digest();
  }

  // A miss may mean that it was taken off sale, which this process need not have seen.
  private async offer(sku: string): Promise<Offer | null> {
    const known = await this.catalogue.offer(sku);
    return known ?? offerOf(await this.runner.freshStateOf(productAggregate, sku));
  }

  private async coupon(code: string): Promise<CouponOffer | null> {
    const known = await this.catalogue.coupon(code);
    return known ?? couponOfferOf(await this.runner.freshStateOf(couponAggregate, code));
  }
}

/** SHA-256 of a cart's token, hexadecimal: the only form in which it is stored or compared. */
export function tokenHashOf(cartToken: string): string {
  return hash('sha256', cartToken, 'hex');
}
