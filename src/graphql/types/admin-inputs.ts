// Inputs of an administrator's commands on the catalogue and on coupons.
import { Field, ID, InputType, Int } from 'type-graphql';
import { DateTimeScalar, SafeIntScalar } from '../scalars.js';
import { CommandInput, commandIdText } from './command-inputs.js';

@InputType({ description: "An exact amount in the currency's minor units" })
export class MoneyInput {
  @Field(() => SafeIntScalar)
  minorUnits!: number;

  @Field(() => String, { description: 'ISO 4217' })
  currency!: string;
}

@InputType()
export class ListProductInput extends CommandInput {
  @Field(() => ID)
  sku!: string;

  @Field(() => String)
  name!: string;

  @Field(() => MoneyInput)
  price!: MoneyInput;
}

@InputType()
export class ChangeProductPriceInput extends CommandInput {
  @Field(() => ID)
  sku!: string;

  @Field(() => MoneyInput, { description: "The new price in this amount's currency" })
  price!: MoneyInput;
}

@InputType()
export class DelistProductInput extends CommandInput {
  @Field(() => ID)
  sku!: string;
}

@InputType()
export class CouponTermsInput {
  @Field(() => Int, { nullable: true, description: 'Hundredths of a percent: 1000 is 10 %' })
  percentageBasisPoints?: number | null;

  @Field(() => MoneyInput, { nullable: true })
  amount?: MoneyInput | null;

  @Field(() => MoneyInput, {
    nullable: true,
    description: 'Minimum subtotal of the goods, before discounts',
  })
  minimumSpend?: MoneyInput | null;

  @Field(() => DateTimeScalar, { nullable: true })
  validFrom?: number | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The first instant at which the coupon is no longer valid',
  })
  validUntil?: number | null;
}

@InputType({ description: 'Exactly one of percentageBasisPoints and amount' })
export class DefineCouponInput extends CouponTermsInput {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  description!: string;

  @Field(() => ID, { nullable: true, description: commandIdText })
  commandId?: string | null;
}

@InputType({ description: 'A coupon with the terms to suppose' })
export class SupposedCouponInput extends CouponTermsInput {
  @Field(() => String)
  code!: string;
}

@InputType({ description: 'A line with the quantity to suppose; 0 removes it' })
export class SupposedQuantityInput {
  @Field(() => ID)
  sku!: string;

  @Field(() => Int)
  quantity!: number;
}

@InputType()
export class WithdrawCouponInput extends CommandInput {
  @Field(() => String)
  code!: string;
}
