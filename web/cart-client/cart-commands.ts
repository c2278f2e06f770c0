// What a shopper does to a cart. Each call is one intent with one command id; what it will probably
// lead to is shown at once, and gives way to the service's answer.
import type { ApolloClient } from '@apollo/client';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import * as documents from '../../schema/generated/graphql.ts';
import type {
  CartFieldsFragment,
  CheckoutMutation,
  ClaimCartMutation,
  ClaimFieldsFragment,
  OpenCartMutation,
  ProductFieldsFragment,
  RejectionFieldsFragment,
} from '../../schema/generated/graphql.ts';
import type { CartShelf } from './cart-shelf.ts';
import { newCommandId } from './command-id.ts';
import { Store } from './store.ts';
import { withoutCoupon, withProduct, withQuantity } from './supposed-cart.ts';

/** Why the business refused; null when it did not. */
export type Refused = RejectionFieldsFragment | null;

export interface CheckoutDetails {
  readonly email: string;
  readonly paymentToken: string;
  /** The total that the shopper saw. */
  readonly expectedTotal: number;
  /** Kept for another try of the same order. */
  readonly commandId: string;
}

/** Where a cart goes; without an address only the place is told. */
export interface Destination {
  readonly place: { readonly country: string; readonly region?: string | null };
  readonly address?: {
    readonly name: string;
    readonly lines: string[];
    readonly city: string;
    readonly postalCode: string | null;
  };
  readonly email?: string;
}

interface CartAnswer {
  readonly cart: CartFieldsFragment | null;
  readonly rejection: Refused;
}

type CartMutationDocument<Name extends string, Input> = TypedDocumentNode<
  Record<Name, CartAnswer>,
  { input: Input }
>;

interface CartIntent {
  readonly cartId: string;
  readonly commandId: string;
}

export class CartCommands {
  /** How many intents the service has not answered yet. */
  readonly pending = new Store(0);
  /** The carts that this page has asked to check out or to claim. */
  private readonly closing = new Set<string>();

  constructor(
    private readonly apollo: ApolloClient,
    private readonly shelf: CartShelf,
  ) {}

  /** Opens a cart in the product's currency if none is held. */
  add(product: ProductFieldsFragment, quantity = 1): Promise<Refused> {
    const commandId = newCommandId();
    return this.whilePending(async () => {
      const held = await this.heldCart(product.price.currency);
      if ('rejection' in held) return held.rejection;
      const input = { cartId: held.id, commandId, sku: product.sku, quantity };
      return this.change('addItem', documents.AddItemDocument, input, (cart) =>
        withProduct(cart, product, quantity),
      );
    });
  }

  /** 0 removes the line. */
  changeQuantity(cartId: string, sku: string, quantity: number): Promise<Refused> {
    const input = { cartId, commandId: newCommandId(), sku, quantity };
    return this.whilePending(() =>
      this.change('changeQuantity', documents.ChangeQuantityDocument, input, (cart) =>
        withQuantity(cart, sku, quantity),
      ),
    );
  }

  removeItem(cartId: string, sku: string): Promise<Refused> {
    const input = { cartId, commandId: newCommandId(), sku };
    return this.whilePending(() =>
      this.change('removeItem', documents.RemoveItemDocument, input, (cart) =>
        withQuantity(cart, sku, 0),
      ),
    );
  }

  /** Only the service knows what a coupon is worth, so nothing is supposed. */
  applyCoupon(cartId: string, code: string): Promise<Refused> {
    const input = { cartId, commandId: newCommandId(), code };
    return this.whilePending(() =>
      this.change('applyCoupon', documents.ApplyCouponDocument, input),
    );
  }

  removeCoupon(cartId: string, code: string): Promise<Refused> {
    const input = { cartId, commandId: newCommandId(), code };
    return this.whilePending(() =>
      this.change('removeCoupon', documents.RemoveCouponDocument, input, (cart) =>
        withoutCoupon(cart, code),
      ),
    );
  }

  /** Takes the prices of now for every line whose price has changed. */
  acceptPrices(cartId: string): Promise<Refused> {
    const input = { cartId, commandId: newCommandId() };
    return this.whilePending(() =>
      this.change('acceptPrices', documents.AcceptPricesDocument, input),
    );
  }

  /** Only the service knows taxes and shipping, so nothing is supposed. */
  sendTo(cartId: string, destination: Destination): Promise<Refused> {
    const input = { cartId, commandId: newCommandId(), ...destination };
    return this.whilePending(() =>
      this.change('setShippingAddress', documents.SetShippingAddressDocument, input),
    );
  }

  sendNowhere(cartId: string): Promise<Refused> {
    const input = { cartId, commandId: newCommandId() };
    return this.whilePending(() =>
      this.change('removeShippingAddress', documents.RemoveShippingAddressDocument, input),
    );
  }

  /** Null: by none. */
  sendBy(cartId: string, code: string | null): Promise<Refused> {
    const intent = { cartId, commandId: newCommandId() };
    return this.whilePending(() =>
      code === null
        ? this.change('removeShippingMethod', documents.RemoveShippingMethodDocument, intent)
        : this.change('chooseShippingMethod', documents.ChooseShippingMethodDocument, {
            ...intent,
            code,
          }),
    );
  }

  /** Null takes the note away. */
  noteGift(cartId: string, note: string | null, email: string): Promise<Refused> {
    const intent = { cartId, commandId: newCommandId() };
    return this.whilePending(() =>
      note === null
        ? this.change('removeGiftNote', documents.RemoveGiftNoteDocument, intent)
        : this.change('setGiftNote', documents.SetGiftNoteDocument, { ...intent, note, email }),
    );
  }

  /** Takes the shopper's last change back. */
  undo(cartId: string): Promise<Refused> {
    const input = { cartId, commandId: newCommandId() };
    return this.whilePending(() => this.change('undo', documents.UndoDocument, input));
  }

  checkOut(cartId: string, details: CheckoutDetails): Promise<CheckoutMutation['checkout']> {
    const mutation = documents.CheckoutDocument;
    return this.whilePending(async () => {
      const variables = { input: { cartId, ...details } };
      this.closing.add(cartId);
      const { data } = await this.apollo.mutate({ mutation, variables });
      if (data == null) throw new Error('The checkout was answered without data');
      if (data.checkout.order === null) this.closing.delete(cartId);
      return data.checkout;
    });
  }

  /** Checked out or merged, possibly in another tab: the next item opens a new cart. */
  isClosed(cartId: string): boolean {
    const status = this.shownCart(cartId)?.status;
    return status === 'CHECKED_OUT' || status === 'MERGED';
  }

  /** Whether a cart that is closed now was closed by this page, and not by another one. */
  readonly isClosedHere = (cartId: string): boolean => this.closing.has(cartId);

  /**
   * For a customer who has signed in, with a guest's cart or without: from now on the customer's own
   * cart is held, with what the guest's cart had.
   *
   * @returns what became of a guest's cart; null where there was none, or it could not be claimed
   */
  comeIn(): Promise<ClaimFieldsFragment | null> {
    return this.whilePending(async () => {
      const held = this.shelf.current.get();
      if (held !== null && held.token === null) return null;
      const claimed = held === null ? null : await this.claim(held.id);
      const cart = claimed?.cart ?? (await this.activeCart());
      if (cart !== null) this.shelf.hold({ id: cart.id, token: null });
      return claimed?.claim ?? null;
    });
  }

  private async claim(cartId: string): Promise<ClaimCartMutation['claimCart'] | null> {
    const mutation = documents.ClaimCartDocument;
    const variables = { input: { cartId, commandId: newCommandId() } };
    this.closing.add(cartId);
    const { data } = await this.apollo.mutate({ mutation, variables });
    const isClaimed = data != null && data.claimCart.rejection === null;
    if (!isClaimed) this.closing.delete(cartId);
    return isClaimed ? data.claimCart : null;
  }

  private async activeCart(): Promise<CartFieldsFragment | null> {
    const query = documents.ActiveCartDocument;
    const { data } = await this.apollo.query({ query, fetchPolicy: 'network-only' });
    return data?.activeCart ?? null;
  }

  private async heldCart(currency: string): Promise<{ id: string } | { rejection: Refused }> {
    const held = this.shelf.current.get();
    if (held !== null && !this.isClosed(held.id)) return held;
    const first = await this.opened(currency);
    // An earlier visit did not wait for its answer, and opened one in another currency, or as
    // somebody else.
    const isReused = first?.rejection?.code === 'COMMAND_ID_REUSED';
    const { cart, cartToken, rejection } = (isReused ? await this.opened(currency) : first) ?? {};
    if (cart == null) return { rejection: rejection ?? null };
    // A customer needs no secret for a cart, and leaves none behind.
    const token = cart.customerId === null ? (cartToken ?? null) : null;
    this.shelf.hold({ id: cart.id, token });
    return cart;
  }

  private async opened(currency: string): Promise<OpenCartMutation['openCart'] | undefined> {
    const mutation = documents.OpenCartDocument;
    const variables = { input: { currency, commandId: this.shelf.openingId() } };
    const { data } = await this.apollo.mutate({ mutation, variables });
    if (data?.openCart.rejection != null) this.shelf.dropOpeningId();
    return data?.openCart;
  }

  private async change<Name extends string, Input extends CartIntent>(
    name: Name,
    mutation: CartMutationDocument<Name, Input>,
    input: Input,
    suppose?: (cart: CartFieldsFragment) => CartFieldsFragment,
  ): Promise<Refused> {
    const cart = this.shownCart(input.cartId);
    const supposed = suppose !== undefined && cart !== null ? suppose(cart) : undefined;
    const { data } = await this.apollo.mutate({
      mutation,
      variables: { input },
      ...(supposed !== undefined && { optimisticResponse: answerOf(name, supposed) }),
    });
    return data?.[name].rejection ?? null;
  }

  /** With all that is supposed so far. */
  private shownCart(cartId: string): CartFieldsFragment | null {
    return this.apollo.cache.readFragment({
      id: `Cart:${cartId}`,
      fragment: documents.CartFieldsFragmentDoc,
      fragmentName: 'CartFields',
      optimistic: true,
    });
  }

  private async whilePending<Result>(intent: () => Promise<Result>): Promise<Result> {
    this.pending.set(this.pending.get() + 1);
    try {
      return await intent();
    } finally {
      this.pending.set(this.pending.get() - 1);
    }
  }
}

/** As the service would answer. */
function answerOf<Name extends string>(name: Name, cart: CartFieldsFragment) {
  const answer = { __typename: 'CartPayload' as const, cart, rejection: null };
  return { [name]: answer } as Record<Name, typeof answer>;
}
