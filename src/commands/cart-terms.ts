// Enriches cart commands: adds the trusted terms, which are offers, coupons and pricing rules.
import type { CartCommand, ForkCart } from '../domain/cart/commands.js';
import type { PricingRules } from '../domain/cart/pricing.js';
import { noPayment, type PaymentIntent, type SealedContact } from '../domain/cart/events.js';
import type { CartState } from '../domain/cart/state.js';
import { quantityOf } from '../domain/cart/lines.js';
import { cartAggregate } from './aggregates.js';
import { CarriedTerms } from './carried-terms.js';
import type { CartRequest, CheckOutRequest, Contact, ForkCartRequest } from './cart-requests.js';
import { type CartSecrets, tokenHashOf } from './cart-secrets.js';
import type { Actor } from './command-context.js';
import { orderIdOf } from './command-id.js';
import { type CommandRunner, streamOf } from './command-runner.js';
import type { DeliveryTerms } from './delivery-terms.js';
import { LastChanges } from './last-change.js';
import type { Offers } from './offers.js';
import { ownerOf } from './owner.js';

/** Encrypts what an event stores of a person. Resolves when the key to open it is on disk. */
export interface ContactSealer {
  seal(owner: { readonly customerId: string | null }, contact: Contact): Promise<SealedContact>;
  sealText(
    person: { readonly customerId: string | null; readonly email: string },
    text: string,
  ): Promise<SealedContact>;
}

export interface CartTermsPorts {
  readonly runner: CommandRunner;
  readonly offers: Offers;
  readonly secrets: CartSecrets;
  readonly rulesInForce: () => PricingRules;
  readonly contacts: ContactSealer;
  readonly delivery: DeliveryTerms;
}

export class CartTerms {
  private readonly lastChanges: LastChanges;
  private readonly carried: CarriedTerms;

  constructor(private readonly ports: CartTermsPorts) {
    this.lastChanges = new LastChanges(ports.runner);
    this.carried = new CarriedTerms(ports.runner);
  }

  /** @param state the cart that the command is decided on */
  async enrich(
    request: CartRequest,
    at: number,
    state: CartState,
    actor: Actor,
  ): Promise<CartCommand> {
    const { offers } = this.ports;
    switch (request.type) {
      case 'OpenCart': {
        const { lines = [], ...opening } = request;
        const tokenHash = this.tokenHashOf(request.cartId);
        return { ...opening, at, tokenHash, lines: await offers.lines(lines) };
      }
      case 'ForkCart':
        return this.fork(request, at, actor);
      case 'AddItem':
      case 'ChangeQuantity':
        return { ...request, at, offer: await offers.product(request.sku) };
      case 'AddItems':
        return { ...request, at, lines: await offers.lines(request.lines) };
      case 'ApplyCoupon':
        return { ...request, at, coupon: await offers.coupon(request.code) };
      case 'AcceptPrices': {
        const { lines } = state.status === 'ABSENT' ? { lines: [] } : state;
        const delivery = await this.ports.delivery.offersTo(state, at);
        const offered = await offers.products(lines.map(({ sku }) => sku));
        return { ...request, at, offers: offered, delivery };
      }
      case 'Undo':
        return this.undo(request.cartId, at, state, actor);
      case 'CheckOut': {
        const { type, cartId, expectedTotal } = request;
        const rules = this.ports.rulesInForce();
        const contact = await this.sealedContact(request, state);
        const payment = paymentIntentOf(request);
        const delivery = await this.ports.delivery.offersTo(state, at);
        const orderId = orderIdOf(cartId);
        return { type, at, expectedTotal, orderId, rules, contact, payment, delivery };
      }
      case 'SetShippingAddress':
      case 'SetGiftNote':
      case 'ChooseShippingMethod':
      case 'RemoveShippingAddress':
      case 'RemoveShippingMethod':
      case 'RemoveGiftNote':
        return this.ports.delivery.enrich(request, at, state);
      case 'RemoveItem':
      case 'RemoveCoupon':
        return { ...request, at };
    }
  }

  private async sealedContact(
    { contact }: CheckOutRequest,
    state: CartState,
  ): Promise<SealedContact | null> {
    if (contact === undefined) return null;
    const { customerId } = ownerOf(state);
    return this.ports.contacts.seal({ customerId }, contact);
  }

  private async undo(
    cartId: string,
    at: number,
    { revision }: CartState,
    actor: Actor,
  ): Promise<CartCommand> {
    const change = revision < 0 ? null : await this.lastChanges.of(cartId, revision, actor);
    const code = change?.coupon ?? null;
    const couponOffer = code === null ? null : await this.ports.offers.coupon(code);
    const delivery =
      change?.delivery == null ? undefined : await this.carried.of(change.before.delivery, at);
    return { type: 'Undo', at, change, couponOffer, delivery };
  }

  /** The copy takes the offers of now: an old cart is no way to an old price. */
  private async fork(request: ForkCartRequest, at: number, actor: Actor): Promise<ForkCart> {
    const { type, cartId, customerId, fromCartId, fromRevision } = request;
    const { runner, offers } = this.ports;
    const stream = streamOf(cartAggregate, fromCartId);
    const source = await runner.aggregates.atRevision(cartAggregate, stream, fromRevision);
    if (source.status === 'ABSENT') throw new RangeError(`There is no cart ${fromCartId}`);
    const { currency, lines } = source;
    const codes = source.coupons.map(({ code }) => code);
    const asked = lines.map((line) => ({ sku: line.sku, quantity: quantityOf(line) }));
    const coupons = codes.map(async (code) => ({ code, coupon: await offers.coupon(code) }));
    return {
      ...{ type, at, cartId, currency, customerId, fromCartId, fromRevision },
      tokenHash: this.tokenHashOf(cartId),
      lines: await offers.lines(asked),
      coupons: await Promise.all(coupons),
      delivery: (await this.isOwners(request, actor))
        ? await this.carried.of(source.delivery, at)
        : undefined,
    };
  }

  /**
   * Whether a copy has the owner that its source has now. Staff copy for others: an address is none
   * of theirs.
   */
  private async isOwners(
    { fromCartId, customerId }: ForkCartRequest,
    { kind }: Actor,
  ): Promise<boolean> {
    if (kind !== 'guest' && kind !== 'customer') return false;
    const source = await this.ports.runner.stateOf(cartAggregate, fromCartId);
    return ownerOf(source).customerId === customerId;
  }

  private tokenHashOf(cartId: string): string {
    return tokenHashOf(this.ports.secrets.tokenOf(cartId));
  }
}

function paymentIntentOf({ payment }: CheckOutRequest): PaymentIntent {
  return payment === undefined ? noPayment : { kind: 'GATEWAY', intentId: payment.intentId };
}
