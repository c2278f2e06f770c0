// Inputs of an administrator's commands on the catalogue and on coupons.
import { Field, ID, InputType, Int } from 'type-graphql';
import { DateTimeScalar, SafeIntScalar } from '../scalars.js';
import { CommandInput, commandIdText, definingLockText, lockText } from './command-inputs.js';

const productText = 'the product gets CONFLICT. See Product.revision';
const productLock = lockText(productText);
const couponText = 'the coupon gets CONFLICT. See Coupon.revision';

@InputType({ description: "An exact amount in the currency's minor units" })
export class MoneyInput {
  @Field(() => SafeIntScalar, {
    description: "In the currency's minor units, such as pence or yen",
  })
  minorUnits!: number;

  @Field(() => String, { description: 'ISO 4217' })
  currency!: string;
}

@InputType({ description: 'What is left out stays as it is; null takes it away' })
export class ProductDetailsInput extends CommandInput {
  @Field(() => ID, { description: "The product's article number" })
  sku!: string;

  @Field(() => String, { nullable: true, description: 'Plain text; it may have several lines' })
  description?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'All tags: small letters and digits, in words joined by hyphens',
  })
  tags?: readonly string[] | null;

  @Field(() => String, { nullable: true, description: 'An https address, or a path of this site' })
  imageUrl?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What tax rules are by: small letters and digits, in words joined by hyphens. Null: standard',
  })
  taxCategory?: string | null;
}

@InputType({ description: 'Puts a product on sale' })
export class ListProductInput extends ProductDetailsInput {
  @Field(() => String, { description: 'Shown everywhere' })
  name!: string;

  @Field(() => MoneyInput, { description: 'The price from now on' })
  price!: MoneyInput;

  @Field(() => Int, { nullable: true, description: definingLockText(productText) })
  expectedRevision?: number | null;
}

@InputType({ description: 'What is left out stays as it is; null takes it away' })
export class ReviseProductInput extends ProductDetailsInput {
  @Field(() => String, { nullable: true, description: 'The new name' })
  name?: string | null;

  @Field(() => Int, { nullable: true, description: productLock })
  expectedRevision?: number | null;
}

@InputType({ description: 'Puts a delisted product on sale again' })
export class RestoreProductInput extends CommandInput {
  @Field(() => ID, { description: 'The product' })
  sku!: string;

  @Field(() => Int, { nullable: true, description: productLock })
  expectedRevision?: number | null;
}

@InputType({ description: 'Changes a price of a product, now or from an instant on' })
export class ChangeProductPriceInput extends CommandInput {
  @Field(() => ID, { description: 'The product' })
  sku!: string;

  @Field(() => MoneyInput, { description: "The new price in this amount's currency" })
  price!: MoneyInput;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The first instant at which the price holds. Default: now',
  })
  holdsFrom?: number | null;

  @Field(() => Int, { nullable: true, description: productLock })
  expectedRevision?: number | null;
}

@InputType({ description: 'Drops a planned price before it holds' })
export class DropPlannedPriceInput extends CommandInput {
  @Field(() => ID, { description: 'The product' })
  sku!: string;

  @Field(() => String, { description: 'ISO 4217' })
  currency!: string;

  @Field(() => DateTimeScalar, { description: 'The instant of the planned price' })
  holdsFrom!: number;

  @Field(() => Int, { nullable: true, description: productLock })
  expectedRevision?: number | null;
}

@InputType({ description: 'Takes a product off sale' })
export class DelistProductInput extends CommandInput {
  @Field(() => ID, { description: 'The product' })
  sku!: string;

  @Field(() => Int, { nullable: true, description: productLock })
  expectedRevision?: number | null;
}

@InputType({ description: 'Of every `buy + free` units, the `free` cheapest cost nothing' })
export class FreeUnitsInput {
  @Field(() => Int, { description: 'Units to pay for, 1 or more' })
  buy!: number;

  @Field(() => Int, { description: 'Units that are free, 1 or more' })
  free!: number;
}

@InputType()
export class CouponTermsInput {
  @Field(() => Int, { nullable: true, description: 'Hundredths of a percent: 1000 is 10 %' })
  percentageBasisPoints?: number | null;

  @Field(() => MoneyInput, { description: 'A fixed amount off', nullable: true })
  amount?: MoneyInput | null;

  @Field(() => MoneyInput, {
    nullable: true,
    description: 'Minimum subtotal of the goods that the coupon is for, before discounts',
  })
  minimumSpend?: MoneyInput | null;

  @Field(() => DateTimeScalar, { description: 'Default: at once', nullable: true })
  validFrom?: number | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The first instant at which the coupon is no longer valid',
  })
  validUntil?: number | null;

  @Field(() => FreeUnitsInput, { nullable: true, description: 'Buy some units, get some free' })
  freeUnits?: FreeUnitsInput | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'The products that the coupon is for, at most 500; left out: all',
  })
  skus?: readonly string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'ISO 4217; only carts in this currency can use the coupon',
  })
  currency?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Orders that can use the coupon; left out: any number',
  })
  usageLimit?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Orders of one customer that can use the coupon; left out: any number',
  })
  perCustomerLimit?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: while it counts, other coupons of the cart give nothing',
  })
  exclusive?: boolean | null;
}

@InputType({ description: 'Exactly one of percentageBasisPoints, amount and freeUnits' })
export class DefineCouponInput extends CouponTermsInput {
  @Field(() => String, { description: 'Letters, digits, - and _, at most 40' })
  code!: string;

  @Field(() => String, { description: 'Shown on carts' })
  description!: string;

  @Field(() => ID, { nullable: true, description: commandIdText })
  commandId?: string | null;

  @Field(() => Int, { nullable: true, description: definingLockText(couponText) })
  expectedRevision?: number | null;
}

@InputType({ description: 'A coupon with the terms to suppose' })
export class SupposedCouponInput extends CouponTermsInput {
  @Field(() => String, { description: 'In any case' })
  code!: string;
}

@InputType({ description: 'A line with the quantity to suppose; 0 removes it' })
export class SupposedQuantityInput {
  @Field(() => ID, { description: 'The product of the line' })
  sku!: string;

  @Field(() => Int, { description: 'Units; 0 removes the line' })
  quantity!: number;
}

@InputType({ description: 'Ends a coupon' })
export class WithdrawCouponInput extends CommandInput {
  @Field(() => String, { description: 'In any case' })
  code!: string;

  @Field(() => Int, { nullable: true, description: lockText(couponText) })
  expectedRevision?: number | null;
}
