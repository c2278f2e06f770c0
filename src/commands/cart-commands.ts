// Runs cart commands: *enrich* adds trusted terms (offers, coupons, pricing rules), the domain
// *decides*, and the runner appends.
import { createHmac, hash } from 'node:crypto';
import type { CartCommand, CouponOffer, Offer } from '../domain/cart/commands.js';
import { alreadyOpen } from '../domain/cart/rejections.js';
import { type CartLimits, defaultCartLimits } from '../domain/cart/limits.js';
import type { PricingRules } from '../domain/cart/pricing.js';
import type { CartState } from '../domain/cart/state.js';
import { couponOfferOf } from '../domain/coupon/state.js';
import { offerOf } from '../domain/catalog/state.js';
import type { OrderState } from '../domain/order/state.js';
import { cartAggregateWithin, couponAggregate, productAggregate } from './aggregates.js';
import {
  type CartChangeRequest,
  type CartRequest,
  type CheckOutRequest,
  normalized,
  type OpenCartRequest,
  requestHash,
} from './cart-requests.js';
import { type CheckoutHold, CheckoutHolds } from './checkout-holds.js';
import { CodeGuess, CodeGuesses } from './code-guesses.js';
import {
  type CommandContext,
  type CommandOutcome,
  type CommandRequest,
  refused,
} from './command-context.js';
import { cartIdOf, inputHash, orderIdOf } from './command-id.js';
import type { CommandRunner } from './command-runner.js';
import type { OrderCommands } from './order-commands.js';
import { isHardToGuess, sealedOpeningKey } from './opening-key.js';
import { ownerOf } from './ownership.js';
import { openedBefore } from './rejections.js';

/**
 * The first place to look up offers. It can be behind the log, so a miss is looked up in the log.
 */
export interface OfferSource {
  offer(sku: string): Promise<Offer | null>;
  coupon(code: string): Promise<CouponOffer | null>;
}

export interface CartCommandsOptions {
  readonly runner: CommandRunner;
  readonly orders: OrderCommands;
  readonly catalogue: OfferSource;
  /** The key of the guests' cart tokens; anyone who has it can make tokens. */
  readonly secret: Buffer;
  readonly rulesInForce: () => PricingRules;
  readonly limits?: CartLimits;
  /** What a checkout takes before the cart closes, in this order. */
  readonly holds?: readonly CheckoutHold[];
}

type CartOutcome = Promise<CommandOutcome<CartState>>;

export class CartCommands {
  private readonly aggregate: ReturnType<typeof cartAggregateWithin>;
  private readonly guesses: CodeGuesses;

  constructor(private readonly options: CartCommandsOptions) {
    this.aggregate = cartAggregateWithin(options.limits ?? defaultCartLimits);
    this.guesses = new CodeGuesses(options.runner.time);
  }

  /**
   * The cart in this process's cache, or else from the log; `status` is ABSENT when there is none.
   * If an event cannot be read, the state before that event, which is enough to tell the owner.
   */
  state(cartId: string): Promise<CartState> {
    return this.options.runner.stateOrPrefixOf(this.aggregate, cartId);
  }

  /** The cart as the log has it now, including the changes of other instances. */
  freshState(cartId: string): Promise<CartState> {
    return this.options.runner.stateOf(this.aggregate, cartId, 'fresh');
  }

  /**
   * Opens a cart. A repeated command returns the same cart and token if the caller proves its
   * identity. The token is not stored: it is derived from the cart's id with the service's secret.
   *
   * @param heldTokens hashes of the cart tokens in the request
   */
  async open(
    input: Pick<OpenCartRequest, 'currency' | 'customerId'>,
    context: CommandContext,
    heldTokens: readonly string[] = [],
  ): Promise<{ outcome: CommandOutcome<CartState>; cartToken: string | null }> {
    const { commandId } = context;
    const cartId = commandId === undefined ? this.newId() : cartIdOf(commandId);
    const cartToken = this.cartTokenOf(cartId);
    const request = { type: 'OpenCart' as const, cartId, ...input };
    // No stream exists under an id that was just generated.
    if (commandId === undefined) {
      return { outcome: await this.run(request, { ...context, load: 'assumeEmpty' }), cartToken };
    }
    const sealed = sealedOpeningKey(this.options.secret, commandId);
    let outcome = await this.run(request, { ...context, commandId: sealed });
    let isProof = isHardToGuess(commandId);
    if (!outcome.accepted && outcome.rejection.code === alreadyOpen.code) {
      // Earlier releases stored the commandId unsealed, so every reader of the log knows it.
      outcome = await this.run(request, context);
      isProof = false;
    }
    if (!outcome.accepted) return { outcome, cartToken: null };
    const { tokenHash } = ownerOf(outcome.state);
    const isHeld = heldTokens.includes(tokenHash ?? '');
    // The customer id is part of the input, whose hash was compared with the original's.
    const isProven = !outcome.replayed || isProof || isHeld || input.customerId !== null;
    if (!isProven) return { outcome: refused(openedBefore), cartToken: null };
    // Another instance with another secret may have opened the cart; its token cannot be derived
    // here.
    const isOurs = tokenHash === tokenHashOf(cartToken);
    return { outcome, cartToken: isOurs ? cartToken : null };
  }

  change(request: CartChangeRequest, context: CommandContext): CartOutcome {
    return this.run(request, context);
  }

  /** Closes the cart and places its order. The order's id is derived from the cart's. */
  async checkOut(
    request: Omit<CheckOutRequest, 'type'>,
    context: CommandContext,
  ): Promise<{ outcome: CommandOutcome<CartState>; order?: OrderState }> {
    const outcome = await this.run({ type: 'CheckOut', ...request }, context);
    if (!outcome.accepted) return { outcome };
    return { outcome, order: await this.options.orders.placeFor(outcome.state) };
  }

  /** Every command takes this path. */
  private run(asked: CartRequest, context: CommandContext): CartOutcome {
    const request = normalized(asked);
    const { commandId, expectedRevision } = context;
    const hash =
      commandId === undefined
        ? undefined
        : requestHash(request, expectedRevision, (personal) => this.sealed(personal));
    return this.options.runner.run(this.aggregate, {
      id: request.cartId,
      enrich: (at) => this.enrich(request, at),
      context,
      ...(hash !== undefined && { hash }),
      ...this.checksOf(request, context),
    });
  }

  private async enrich(request: CartRequest, at: number): Promise<CartCommand> {
    switch (request.type) {
      case 'OpenCart': {
        const tokenHash = tokenHashOf(this.cartTokenOf(request.cartId));
        return { ...request, at, tokenHash };
      }
      case 'AddItem':
      case 'ChangeQuantity':
        return { ...request, at, offer: await this.offer(request.sku) };
      case 'ApplyCoupon':
        return { ...request, at, coupon: await this.coupon(request.code) };
      case 'CheckOut': {
        const { type, cartId, expectedTotal } = request;
        const rules = this.options.rulesInForce();
        return { type, at, expectedTotal, orderId: orderIdOf(cartId), rules };
      }
      case 'RemoveItem':
      case 'RemoveCoupon':
        return { ...request, at };
    }
  }

  private checksOf(
    request: CartRequest,
    { callers = [] }: CommandContext,
  ): Pick<CommandRequest<CartCommand, CartState>, 'admit' | 'foresee' | 'review'> {
    if (request.type === 'CheckOut') {
      const holds = new CheckoutHolds<CartState>(this.options.holds ?? [], this.newId());
      return {
        foresee: async (after) => {
          if (after.status !== 'CHECKED_OUT') return undefined;
          return this.options.orders.refusalFor(after) ?? holds.take(after);
        },
        review: (outcome) => holds.settle(outcome),
      };
    }
    if (request.type !== 'ApplyCoupon') return {};
    const { cartId, code } = request;
    const isKnown = async () => (await this.coupon(code)) !== null;
    const { admit, review } = new CodeGuess(this.guesses, [`cart ${cartId}`, ...callers], isKnown);
    return { admit, review };
  }

  private newId(): string {
    return this.options.runner.time.newId();
  }

  private cartTokenOf(cartId: string): string {
    return this.keyedHash(`cart-token/${cartId}`).toString('base64url');
  }

  /**
   * The log stores a command's hash. The hash is keyed, because a plain one would reveal an e-mail
   * address to a guesser.
   */
  private sealed(personal: Readonly<Record<string, unknown>>): string {
    return this.keyedHash(inputHash('sealed', personal)).toString('base64url');
  }

  private keyedHash(text: string): Buffer {
    return createHmac('sha256', this.options.secret).update(text).digest();
  }

  // A miss can mean that the product was delisted and the read model is behind, so the log decides.
  private async offer(sku: string): Promise<Offer | null> {
    const known = await this.options.catalogue.offer(sku);
    return known ?? offerOf(await this.options.runner.stateOf(productAggregate, sku, 'fresh'));
  }

  private async coupon(code: string): Promise<CouponOffer | null> {
    const known = await this.options.catalogue.coupon(code);
    return (
      known ?? couponOfferOf(await this.options.runner.stateOf(couponAggregate, code, 'fresh'))
    );
  }
}

/** SHA-256 of a cart token, in hexadecimal. Tokens are stored and compared only as hashes. */
export function tokenHashOf(cartToken: string): string {
  return hash('sha256', cartToken, 'hex');
}
