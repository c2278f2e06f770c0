// Shoppers at the API: each fills a cart, some with a coupon, and every second one checks out.
import type { Cartograph } from './cartograph.ts';

export interface Sold {
  readonly carts: number;
  readonly withPercentage: number;
  readonly orders: number;
  /** An open cart with the percentage coupon, as an example. */
  readonly example: { readonly cartId: string; readonly token: string };
}

interface Offer {
  readonly sku: string;
  readonly name: string;
  readonly tracked: boolean;
}

const CARTS = 90;
const COUPONS = [null, 'WELCOME10', 'FIVER'] as const;

const CART = 'cart { id totals { total { minorUnits } } } rejection { code message }';
const OPEN = `mutation { openCart(input: {}) { cartToken ${CART} } }`;
const ADD = `mutation Add($input: AddItemInput!) { addItem(input: $input) { ${CART} } }`;
const APPLY = `mutation Apply($input: ApplyCouponInput!) { applyCoupon(input: $input) { ${CART} } }`;
const CHECK_OUT = `mutation Out($input: CheckoutInput!) {
  checkout(input: $input) { order { id } rejection { code message } }
}`;

interface Payload {
  readonly cart: { readonly id: string; readonly totals: { readonly total: Amount } } | null;
  readonly rejection: { readonly code: string; readonly message: string } | null;
}

interface Amount {
  readonly minorUnits: number;
}

export async function goShopping(shop: Cartograph): Promise<Sold> {
  const { products } = await shop.ask<{ products: { edges: { node: Offer }[] } }>(
    '{ products(first: 60) { edges { node { sku name tracked } } } }',
  );
  // Of a product that is tracked for stock there may not be enough.
  const offers = products.edges.map(({ node }) => node).filter(({ tracked }) => !tracked);
  let orders = 0;
  let withPercentage = 0;
  let example = { cartId: '', token: '' };
  for (let shopper = 0; shopper < CARTS; shopper += 1) {
    const coupon = COUPONS[shopper % COUPONS.length] ?? null;
    const visit = await fillCart(shop, offers, shopper, coupon);
    if (coupon === 'WELCOME10') withPercentage += 1;
    if (shopper % 2 === 0) {
      await checkOut(shop, visit);
      orders += 1;
    } else if (coupon === 'WELCOME10') example = { cartId: visit.cartId, token: visit.token };
  }
  return { carts: CARTS, withPercentage, orders, example };
}

interface Visit {
  readonly cartId: string;
  readonly token: string;
  readonly total: number;
}

async function fillCart(
  shop: Cartograph,
  offers: readonly Offer[],
  shopper: number,
  coupon: string | null,
): Promise<Visit> {
  const opened = await shop.ask<{ openCart: Payload & { cartToken: string } }>(OPEN);
  const cartId = cartOf(opened.openCart).id;
  const token = opened.openCart.cartToken;
  const send = async (query: string, input: Record<string, unknown>): Promise<Payload> => {
    const headers = { 'x-cart-token': token };
    const answer = await shop.ask<Record<string, Payload>>(
      query,
      { input: { cartId, ...input } },
      headers,
    );
    const [payload] = Object.values(answer);
    if (payload === undefined) throw new Error('The API answered nothing');
    return payload;
  };
  let last = opened.openCart as Payload;
  for (let line = 0; line < 3; line += 1) {
    const offer = offers[(shopper * 7 + line * 13) % offers.length];
    if (offer === undefined) throw new Error('There is nothing on sale');
    last = await send(ADD, { sku: offer.sku, quantity: 4 + ((shopper + line) % 5) });
    cartOf(last);
  }
  // FIVER requires £30 of goods; a smaller cart keeps it without a discount.
  if (coupon !== null) last = await send(APPLY, { code: coupon });
  return { cartId, token, total: cartOf(last).totals.total.minorUnits };
}

async function checkOut(shop: Cartograph, { cartId, token, total }: Visit): Promise<void> {
  const input = {
    cartId,
    expectedTotal: total,
    email: 'shopper@example.com',
    paymentToken: 'tok_ok',
  };
  const headers = { 'x-cart-token': token };
  const { checkout } = await shop.ask<{ checkout: Pick<Payload, 'rejection'> }>(
    CHECK_OUT,
    { input },
    headers,
  );
  if (checkout.rejection !== null) throw new Error(checkout.rejection.message);
}

function cartOf({ cart, rejection }: Payload) {
  if (cart === null) throw new Error(rejection?.message ?? 'There is no cart');
  return cart;
}
