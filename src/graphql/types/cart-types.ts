// The cart as the API shows it. Fields are plain properties, so that they are read without
// middleware; only `problems` costs a look-up and is computed when it is asked for.
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
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

@ObjectType({ simpleResolvers: true })
export class Cart {
  @Field(() => ID)
  id!: string;

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
