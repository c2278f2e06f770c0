// The API's cart. Fields are plain properties, so they are read without middleware; `problems` and
// `order` cost a look-up and are computed on request.
import {
  Directive,
  Field,
  ID,
  Int,
  InterfaceType,
  ObjectType,
  registerEnumType,
} from 'type-graphql';
import { DateTimeScalar } from '../scalars.js';
import {
  ChosenShippingMethodType,
  LineTaxType,
  ShipToType,
  TaxAmountType,
} from './delivery-types.js';
import { Money } from './money.js';

export enum CartStatus {
  OPEN = 'OPEN',
  CHECKED_OUT = 'CHECKED_OUT',
  ABANDONED = 'ABANDONED',
  MERGED = 'MERGED',
}
registerEnumType(CartStatus, {
  name: 'CartStatus',
  description: 'What can be done with a cart',
  valuesConfig: {
    OPEN: { description: 'It can be changed and checked out' },
    CHECKED_OUT: { description: 'Its order was placed; it never changes again' },
    ABANDONED: { description: 'Nobody changed it for long; the next change opens it again' },
    MERGED: { description: "A claim has put it into the customer's cart; it never changes again" },
  },
});

@ObjectType({ description: 'A product in a cart', simpleResolvers: true })
export class CartLine {
  @Field(() => ID, { description: 'The article number' })
  sku!: string;

  @Field(() => String, { description: 'As it was called when it was added' })
  name!: string;

  @Field(() => Int, { description: 'Units' })
  quantity!: number;

  @Field(() => Money, { description: 'The price that was offered when the item was added' })
  unitPrice!: Money;

  @Field(() => Money, { description: 'Before discounts' })
  subtotal!: Money;

  @Field(() => Money, { description: 'The share of the discounts that falls on the line' })
  discount!: Money;

  @Field(() => Money, { description: 'After discounts' })
  total!: Money;

  @Field(() => DateTimeScalar, { description: 'When the product was put in first' })
  addedAt!: number;

  @Field(() => LineTaxType, {
    nullable: true,
    description: 'Null where the cart goes nowhere yet, or no tax rule is for the line',
  })
  tax!: LineTaxType | null;
}

@ObjectType({ description: 'A coupon on a cart, with its verdict now', simpleResolvers: true })
export class AppliedCoupon {
  @Field(() => String, { description: 'In upper case' })
  code!: string;

  @Field(() => String, { description: "The shop's words for it" })
  description!: string;

  @Field(() => Boolean, {
    description: 'False keeps the coupon on the cart at no discount, with the reason',
  })
  eligible!: boolean;

  @Field(() => String, {
    description: 'Why it gives no discount; null when it is eligible',
    nullable: true,
  })
  reason!: string | null;

  @Field(() => Money, { description: 'What it takes off now' })
  discount!: Money;
}

@ObjectType({
  description: 'A part of a total, with the event that caused it',
  simpleResolvers: true,
})
export class TotalComponent {
  @Field(() => String, { description: 'What it is, for a person' })
  label!: string;

  @Field(() => Money, { description: 'What it adds; negative for a discount' })
  amount!: Money;

  @Field(() => ID, { description: "The event's UUID" })
  eventId!: string;

  @Field(() => Int, { description: "The event's place in the stream" })
  revision!: number;
}

@ObjectType({ description: 'What a cart costs', simpleResolvers: true })
export class CartTotals {
  @Field(() => Int, { description: 'Units of all lines' })
  itemCount!: number;

  @Field(() => Money, { description: 'Before discounts' })
  subtotal!: Money;

  @Field(() => Money, { description: 'What the coupons take off' })
  discount!: Money;

  @Field(() => Money, { description: 'What the chosen shipping method costs' })
  shipping!: Money;

  @Field(() => Money, { description: 'All taxes, also those that prices include' })
  tax!: Money;

  @Field(() => [TaxAmountType], { description: 'One for each tax rule that counts' })
  taxes!: readonly TaxAmountType[];

  @Field(() => Money, {
    description:
      'What a checkout costs: goods after discounts, shipping, and taxes that prices do not include',
  })
  total!: Money;

  @Field(() => [TotalComponent], {
    description: 'The parts that sum to the total, each citing the event that caused it',
  })
  because!: readonly TotalComponent[];
}

@ObjectType({
  description: 'What stands in the way of a checkout, or is worth telling before it',
  simpleResolvers: true,
})
export class CartProblem {
  @Field(() => String, {
    description:
      'PRICE_CHANGED, NOT_FOR_SALE, OUT_OF_STOCK, COUPON_INELIGIBLE, CART_EMPTY, ' +
      'TAX_CHANGED, SHIPPING_PRICE_CHANGED, or the rejection that a checkout would get',
  })
  code!: string;

  @Field(() => String, { description: 'A sentence for a person' })
  message!: string;

  @Field(() => Boolean, {
    description: 'Whether a checkout is refused until it is solved; if not, it is a notice',
  })
  blocksCheckout!: boolean;

  @Field(() => ID, {
    description: 'The product that it is about; null for the whole cart',
    nullable: true,
  })
  sku!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'OUT_OF_STOCK: the units that an order can have',
  })
  available?: number | null;

  @Field(() => Money, {
    nullable: true,
    description:
      'PRICE_CHANGED: the price of the oldest units of the line that had another one. ' +
      'TAX_CHANGED: the total of the cart. SHIPPING_PRICE_CHANGED: what its shipping costs, unless it is free',
  })
  oldPrice?: Money | null;

  @Field(() => Money, {
    nullable: true,
    description:
      'PRICE_CHANGED, SHIPPING_PRICE_CHANGED: the price of now, which acceptPrices takes. ' +
      'TAX_CHANGED: the total with the taxes of now, which a checkout takes',
  })
  newPrice?: Money | null;
}

@InterfaceType({
  description:
    'What a cart holds, live or not. `Cart` is the live cart and the only one with an `id`, so a ' +
    "client's cache never takes a past or supposed cart for the live one; `CartView` is every other.",
})
export abstract class CartContents {
  @Field(() => CartStatus, { description: 'What can be done with it' })
  status!: `${CartStatus}`;

  @Field(() => String, { description: 'ISO 4217' })
  currency!: string;

  @Field(() => Int, { description: 'Revision of the last event folded into this view' })
  revision!: number;

  @Field(() => ID, { description: 'Whose cart it is; null for a guest', nullable: true })
  customerId!: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was opened' })
  openedAt!: number;

  @Field(() => DateTimeScalar, {
    description: 'When it was changed last; a coupon that lapses is no change',
  })
  updatedAt!: number;

  @Field(() => [CartLine], { description: 'The products, in the order in which they were added' })
  lines!: readonly CartLine[];

  @Field(() => [AppliedCoupon], {
    description: 'The coupons on the cart, in the order in which they were applied',
  })
  coupons!: readonly AppliedCoupon[];

  @Field(() => CartTotals, { description: 'What it costs' })
  totals!: CartTotals;

  @Field(() => ShipToType, { nullable: true, description: 'Null while it is not known' })
  shipTo!: ShipToType | null;

  @Field(() => ChosenShippingMethodType, { nullable: true, description: 'Null without a choice' })
  shippingMethod!: ChosenShippingMethodType | null;
}

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A live cart', implements: CartContents, simpleResolvers: true })
export class Cart extends CartContents {
  @Field(() => ID, { description: 'A UUID, in lower case' })
  id!: string;

  @Field(() => ID, {
    nullable: true,
    description: "MERGED: the customer's cart that its claim named to take the contents",
  })
  mergedInto!: string | null;
}

@ObjectType('CartView', {
  implements: CartContents,
  description:
    'A cart as of an instant or a revision, or under suppositions. It has no `id`: it is a value, ' +
    'not an entity.',
  simpleResolvers: true,
})
export class CartAsOf extends CartContents {
  @Field(() => ID, { description: 'The cart that it shows' })
  cartId!: string;

  @Field(() => DateTimeScalar, { description: 'The instant it is shown and priced at' })
  asOf!: number;
}
