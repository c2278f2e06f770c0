// The API's cart. Fields are plain properties, so they are read without middleware; `problems` and
// `order` cost a look-up and are computed on request.
import { Field, ID, Int, InterfaceType, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar } from '../scalars.js';
import { Money } from './money.js';

export enum CartStatus {
  OPEN = 'OPEN',
  CHECKED_OUT = 'CHECKED_OUT',
  ABANDONED = 'ABANDONED',
  MERGED = 'MERGED',
}
registerEnumType(CartStatus, { name: 'CartStatus' });

@ObjectType({ simpleResolvers: true })
export class CartLine {
  @Field(() => ID)
  sku!: string;

  @Field(() => String)
  name!: string;

  @Field(() => Int)
  quantity!: number;

  @Field(() => Money, { description: 'The price that was offered when the item was added' })
  unitPrice!: Money;

  @Field(() => Money)
  subtotal!: Money;

  @Field(() => Money)
  discount!: Money;

  @Field(() => Money)
  total!: Money;

  @Field(() => DateTimeScalar)
  addedAt!: number;
}

@ObjectType({ simpleResolvers: true })
export class AppliedCoupon {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  description!: string;

  @Field(() => Boolean, {
    description: 'False keeps the coupon on the cart at no discount, with the reason',
  })
  eligible!: boolean;

  @Field(() => String, { nullable: true })
  reason!: string | null;

  @Field(() => Money)
  discount!: Money;
}

@ObjectType({ simpleResolvers: true })
export class TotalComponent {
  @Field(() => String)
  label!: string;

  @Field(() => Money)
  amount!: Money;

  @Field(() => ID)
  eventId!: string;

  @Field(() => Int)
  revision!: number;
}

@ObjectType({ simpleResolvers: true })
export class CartTotals {
  @Field(() => Int)
  itemCount!: number;

  @Field(() => Money)
  subtotal!: Money;

  @Field(() => Money)
  discount!: Money;

  @Field(() => Money)
  total!: Money;

  @Field(() => [TotalComponent], {
    description: 'The parts that sum to the total, each citing the event that caused it',
  })
  because!: readonly TotalComponent[];
}

@ObjectType({ simpleResolvers: true })
export class CartProblem {
  @Field(() => String, {
    description: 'PRICE_CHANGED, NOT_FOR_SALE, COUPON_INELIGIBLE, CART_EMPTY',
  })
  code!: string;

  @Field(() => String)
  message!: string;

  @Field(() => ID, { nullable: true })
  sku!: string | null;
}

@InterfaceType({
  description:
    'What a cart holds, live or not. `Cart` is the live cart and the only one with an `id`, so a ' +
    "client's cache never takes a past or supposed cart for the live one; `CartView` is every other.",
})
export abstract class CartContents {
  @Field(() => CartStatus)
  status!: `${CartStatus}`;

  @Field(() => String)
  currency!: string;

  @Field(() => Int, { description: 'Revision of the last event folded into this view' })
  revision!: number;

  @Field(() => ID, { nullable: true })
  customerId!: string | null;

  @Field(() => DateTimeScalar)
  openedAt!: number;

  @Field(() => DateTimeScalar)
  updatedAt!: number;

  @Field(() => [CartLine])
  lines!: readonly CartLine[];

  @Field(() => [AppliedCoupon])
  coupons!: readonly AppliedCoupon[];

  @Field(() => CartTotals)
  totals!: CartTotals;
}

@ObjectType({ implements: CartContents, simpleResolvers: true })
export class Cart extends CartContents {
  @Field(() => ID)
  id!: string;
}

@ObjectType('CartView', {
  implements: CartContents,
  description:
    'A cart as of an instant or a revision, or under suppositions. It has no `id`: it is a value, ' +
    'not an entity.',
  simpleResolvers: true,
})
export class CartAsOf extends CartContents {
  @Field(() => ID)
  cartId!: string;

  @Field(() => DateTimeScalar, { description: 'The instant it is shown and priced at' })
  asOf!: number;
}
