// Runs cart commands: `CartTerms` *enriches* them, the domain *decides*, and the runner appends.
import type { CartCommand } from '../domain/cart/commands.js';
import { alreadyOpen } from '../domain/cart/rejections.js';
import type { DeliveryOffers } from '../domain/cart/delivery/commands.js';
import type { LapseReason } from '../domain/cart/events.js';
import { type CartLimits, defaultCartLimits } from '../domain/cart/limits.js';
import type { PricingRules } from '../domain/cart/pricing.js';
import type { CartState } from '../domain/cart/state.js';
import type { OrderState } from '../domain/order/state.js';
import { recorded } from '../event-store/recorded.js';
import { cartAggregateWithin } from './aggregates.js';
import {
  type CartChangeRequest,
  type CartRequest,
  type CheckOutRequest,
  type ForkCartRequest,
  normalized,
  type OpenCartRequest,
  requestHash,
} from './cart-requests.js';
import { CartSecrets, tokenHashOf } from './cart-secrets.js';
import { CartTerms, type ContactSealer } from './cart-terms.js';
import { type CheckoutHold, CheckoutHolds } from './checkout-holds.js';
import { type KeptPaymentTokens, tokenHold } from './token-hold.js';
import { CodeGuess, CodeGuesses } from './code-guesses.js';
import {
  type CommandContext,
  type CommandOutcome,
  type CommandRequest,
  refused,
} from './command-context.js';
import { DeliveryTerms } from './delivery-terms.js';
import { cartIdOf, forkIdOf } from './command-id.js';
import { type CommandRunner, streamOf } from './command-runner.js';
import { type LineReport, lineReportOf } from './line-report.js';
import { Offers, type OfferSource } from './offers.js';
import type { OrderCommands } from './order-commands.js';
import { isHardToGuess, sealedOpeningKey } from './opening-key.js';
import { ownerOf, ownerRejection } from './owner.js';
import { noSuchRevision, openedBefore } from './rejections.js';
import { unsoldIn } from './sold-lines.js';

export interface CartCommandsOptions {
  readonly runner: CommandRunner;
  readonly orders: OrderCommands;
  readonly catalogue: OfferSource;
  /** The key of the guests' cart tokens; anyone who has it can make tokens. */
  readonly secret: Buffer;
  readonly rulesInForce: () => PricingRules;
  readonly limits?: CartLimits;
  readonly contacts: ContactSealer;
  /** What a checkout takes before the cart closes, in this order. */
  readonly holds?: readonly CheckoutHold[];
  /** Without them, no checkout pays. */
  readonly paymentTokens?: KeptPaymentTokens;
}

type CartOutcome = Promise<CommandOutcome<CartState>>;

export class CartCommands {
  private readonly aggregate: ReturnType<typeof cartAggregateWithin>;
  private readonly guesses: CodeGuesses;

  private readonly secrets: CartSecrets;
  private readonly offers: Offers;
  private readonly terms: CartTerms;
  private readonly delivery: DeliveryTerms;

  constructor(private readonly options: CartCommandsOptions) {
    const { runner, catalogue, secret, limits = defaultCartLimits } = options;
    this.aggregate = cartAggregateWithin(limits);
    this.guesses = new CodeGuesses(runner.time);
    this.secrets = new CartSecrets(secret);
    this.offers = new Offers(catalogue, runner);
    this.delivery = new DeliveryTerms(runner, options.contacts);
    const { secrets, offers, delivery } = this;
    this.terms = new CartTerms({ ...options, offers, secrets, delivery });
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
    input: Pick<OpenCartRequest, 'currency' | 'customerId' | 'lines'>,
    context: CommandContext,
    heldTokens: readonly string[] = [],
  ): Promise<{ outcome: CommandOutcome<CartState>; cartToken: string | null }> {
    const { commandId } = context;
    const cartId = commandId === undefined ? this.newId() : cartIdOf(commandId);
    const cartToken = this.secrets.tokenOf(cartId);
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

  /**
   * Opens a cart with what another one held at a revision. The caller may change the source, and a
   * repeated command has the same source: so it gets the token again.
   */
  async fork(
    input: Pick<ForkCartRequest, 'fromCartId' | 'fromRevision' | 'customerId'>,
    context: CommandContext,
  ): Promise<{ outcome: CommandOutcome<CartState>; cartToken: string | null }> {
    const { fromCartId, fromRevision } = input;
    const stream = streamOf(this.aggregate, fromCartId);
    const { aggregates } = this.options.runner;
    const { revision } = await aggregates.foldedTo(this.aggregate, stream, fromRevision);
    if (revision !== fromRevision) {
      return { outcome: refused(noSuchRevision(fromRevision)), cartToken: null };
    }
    const { commandId } = context;
    const cartId = commandId === undefined ? this.newId() : forkIdOf(fromCartId, commandId);
    const isNew = commandId === undefined ? { load: 'assumeEmpty' as const } : {};
    const outcome = await this.run(
      { type: 'ForkCart', cartId, ...input },
      { ...context, ...isNew },
    );
    return { outcome, cartToken: outcome.accepted ? this.secrets.tokenOf(cartId) : null };
  }

  /** What became of each line of an accepted command, by the revision that it came to. */
  async linesAdded(cartId: string, revision: number): Promise<readonly LineReport[]> {
    const { store } = this.options.runner;
    const stream = streamOf(this.aggregate, cartId);
    for await (const stored of store.readStream(stream, { from: revision, maxCount: 1 })) {
      const event = recorded(this.aggregate.codec, stored);
      if (event !== undefined) return lineReportOf(event);
    }
    return [];
  }

  /** A coupon of the cart counts no more. Repeating it changes nothing. */
  lapseCoupon(cartId: string, code: string, reason: LapseReason): CartOutcome {
    return this.options.runner.run(this.aggregate, {
      id: cartId,
      enrich: (at): CartCommand => ({ type: 'LapseCoupon', at, code, reason }),
      context: { actor: { kind: 'coupon-lapse' } },
    });
  }

  /** What the shop asks now for where a cart goes; undefined for one that goes nowhere. */
  deliveryOffers(state: CartState): Promise<DeliveryOffers | undefined> {
    return this.delivery.offersTo(state, this.options.runner.time.now());
  }

  change(request: CartChangeRequest, context: CommandContext): CartOutcome {
    return this.run(request, context);
  }

  /**
   * Closes the cart and places its order. The order's id is derived from the cart's.
   *
   * @param paymentToken what the payment gateway charges later; without one, nothing is charged
   */
  async checkOut(
    request: Omit<CheckOutRequest, 'type' | 'payment'>,
    context: CommandContext,
    paymentToken?: string,
  ): Promise<{ outcome: CommandOutcome<CartState>; order?: OrderState }> {
    const pays = paymentToken !== undefined && this.options.paymentTokens !== undefined;
    const payment = pays && { token: paymentToken, intentId: this.newId() };
    const asked = { type: 'CheckOut' as const, ...request, ...(payment && { payment }) };
    const outcome = await this.run(asked, context);
    if (!outcome.accepted) return { outcome };
    return { outcome, order: await this.options.orders.placeFor(outcome.state, context) };
  }

  /** Every command takes this path. */
  private run(asked: CartRequest, context: CommandContext): CartOutcome {
    const request = normalized(asked);
    const { commandId, expectedRevision } = context;
    const hash =
      commandId === undefined
        ? undefined
        : requestHash(request, expectedRevision, (personal) => this.secrets.sealed(personal));
    return this.options.runner.run(this.aggregate, {
      id: request.cartId,
      enrich: (at, state) => this.terms.enrich(request, at, state, context.actor),
      context,
      ...(hash !== undefined && { hash }),
      ...this.checksOf(request, context),
    });
  }

  private checksOf(
    request: CartRequest,
    context: CommandContext,
  ): Pick<CommandRequest<CartCommand, CartState>, 'admit' | 'foresee' | 'review'> {
    const admitOwner = (state: CartState) => ownerRejection(state, context);
    if (request.type === 'CheckOut') {
      const holds = new CheckoutHolds<CartState>(this.holdsOf(request), this.newId(), (cart) =>
        this.secrets.customerKeyOf(cart.customerId, request.contact),
      );
      return {
        admit: (state) => Promise.resolve(admitOwner(state)),
        foresee: async (after) => {
          if (after.status !== 'CHECKED_OUT') return undefined;
          const refusal =
            this.options.orders.refusalFor(after) ?? (await unsoldIn(after, this.offers));
          return refusal ?? holds.take(after);
        },
        review: (outcome) => holds.settle(outcome),
      };
    }
    if (request.type !== 'ApplyCoupon') {
      return { admit: (state) => Promise.resolve(admitOwner(state)) };
    }
    const { callers = [] } = context;
    const { cartId, code } = request;
    const isKnown = async () => (await this.offers.coupon(code)) !== null;
    const { admit, review } = new CodeGuess(this.guesses, [`cart ${cartId}`, ...callers], isKnown);
    return { admit: async (state) => admitOwner(state) ?? admit(), review };
  }

  private holdsOf({ payment }: CheckOutRequest): readonly CheckoutHold[] {
    const { holds = [], paymentTokens } = this.options;
    if (payment === undefined || paymentTokens === undefined) return holds;
    // First, because it can fail without a trace; what the others hold would have to expire.
    return [tokenHold(payment, paymentTokens), ...holds];
  }

  private newId(): string {
    return this.options.runner.time.newId();
  }
}
