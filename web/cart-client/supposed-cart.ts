// The cart as it will probably be after a change, shown until the service has answered. Discounts
// are the service's to compute: each line keeps the discount that it had for each unit.
import type { CartFieldsFragment, ProductFieldsFragment } from '../../schema/generated/graphql.ts';

type Line = CartFieldsFragment['lines'][number];
type Amount = Line['total'];

export function withQuantity(
  cart: CartFieldsFragment,
  sku: string,
  quantity: number,
): CartFieldsFragment {
  const lines = cart.lines.flatMap((line) => {
    if (line.sku !== sku) return [line];
    return quantity === 0 ? [] : [resized(line, quantity)];
  });
  return withLines(cart, lines);
}

export function withProduct(
  cart: CartFieldsFragment,
  product: ProductFieldsFragment,
  quantity: number,
): CartFieldsFragment {
  const line = cart.lines.find(({ sku }) => sku === product.sku);
  if (line !== undefined) return withQuantity(cart, product.sku, line.quantity + quantity);
  return withLines(cart, [...cart.lines, newLine(product, quantity)]);
}

export function withoutCoupon(cart: CartFieldsFragment, code: string): CartFieldsFragment {
  return { ...cart, coupons: cart.coupons.filter((coupon) => coupon.code !== code) };
}

function resized(line: Line, quantity: number): Line {
  const part = quantity / line.quantity;
  const subtotal = amountLike(line.subtotal, line.subtotal.minorUnits * part);
  const discount = amountLike(line.discount, line.discount.minorUnits * part);
  const total = amountLike(line.total, subtotal.minorUnits - discount.minorUnits);
  return { ...line, quantity, subtotal, discount, total };
}

function newLine({ sku, name, price }: ProductFieldsFragment, quantity: number): Line {
  const total = amountLike(price, price.minorUnits * quantity);
  return Object.assign(
    { __typename: 'CartLine' as const },
    {
      sku,
      name,
      quantity,
      unitPrice: price,
      subtotal: total,
      discount: amountLike(price, 0),
      total,
      addedAt: new Date().toISOString(),
    },
  );
}

function withLines(cart: CartFieldsFragment, lines: Line[]): CartFieldsFragment {
  const sum = (of: (line: Line) => number) => lines.reduce((total, line) => total + of(line), 0);
  const { totals } = cart;
  const subtotal = sum((line) => line.subtotal.minorUnits);
  const discount = sum((line) => line.discount.minorUnits);
  // Shipping and taxes stay as they are until the service computes them.
  const { total, subtotal: gross, discount: taken } = totals;
  const added = total.minorUnits - gross.minorUnits + taken.minorUnits;
  return {
    ...cart,
    lines,
    totals: {
      ...totals,
      itemCount: sum((line) => line.quantity),
      subtotal: amountLike(totals.subtotal, subtotal),
      discount: amountLike(totals.discount, discount),
      total: amountLike(total, subtotal - discount + added),
    },
  };
}

/** Another amount of the same currency: the pattern tells how many digits follow its point. */
function amountLike(pattern: Amount, minorUnits: number): Amount {
  const whole = Math.round(minorUnits);
  const digits = pattern.decimal.split('.')[1]?.length ?? 0;
  return { ...pattern, minorUnits: whole, decimal: (whole / 10 ** digits).toFixed(digits) };
}
