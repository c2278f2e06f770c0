// The API's claims: the strategies, and the report of what became of the guest's cart.
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { RejectionCode } from '../../domain/rejection.js';
import { CommandInput } from './command-inputs.js';
import { RejectionCodeEnum } from './rejections.js';

export enum ClaimStrategyEnum {
  SUM = 'SUM',
  MAX = 'MAX',
  GUEST = 'GUEST',
  CUSTOMER = 'CUSTOMER',
}
registerEnumType(ClaimStrategyEnum, {
  name: 'ClaimStrategy',
  description:
    'What becomes of a product that both carts hold; what only one of them holds stays in any case',
  valuesConfig: {
    SUM: { description: 'The units of both, each at the price at which it was offered' },
    MAX: { description: "The line with more units, at its prices; the customer's of equals" },
    GUEST: { description: "The guest's line" },
    CUSTOMER: { description: "The customer's line" },
  },
});

@InputType({ description: "Makes a guest's cart the customer's own" })
export class ClaimCartInput extends CommandInput {
  @Field(() => ID, { description: "The guest's cart; its token must be sent along" })
  cartId!: string;

  @Field(() => ClaimStrategyEnum, {
    description: 'Which quantities count where both carts have a product',
    nullable: true,
    defaultValue: ClaimStrategyEnum.SUM,
  })
  strategy?: ClaimStrategyEnum | null;
}

@ObjectType('ClaimedLine', {
  description: 'What became of a line of the two carts',
  simpleResolvers: true,
})
export class ClaimedLineType {
  @Field(() => ID, { description: 'The article number' })
  sku!: string;

  @Field(() => String, { description: 'As it was called when it was added' })
  name!: string;

  @Field(() => Int, { description: "Units in the guest's cart" })
  guestQuantity!: number;

  @Field(() => Int, { description: "0 when the customer's cart had no such line" })
  customerQuantity!: number;

  @Field(() => Int, { description: 'Units of the line after the claim' })
  quantity!: number;

  @Field(() => RejectionCodeEnum, {
    nullable: true,
    description: "The limit that kept some of the guest's units out, such as QUANTITY_LIMIT",
  })
  refusal!: RejectionCode | null;
}

@ObjectType({ description: "What became of a coupon of the guest's cart", simpleResolvers: true })
export class ClaimedCoupon {
  @Field(() => String, { description: 'In upper case' })
  code!: string;

  @Field(() => RejectionCodeEnum, {
    nullable: true,
    description: 'Why the coupon did not come along; null when it did',
  })
  refusal!: RejectionCode | null;
}

@ObjectType('ClaimReport', {
  description: "What became of each line and coupon of the guest's cart",
  simpleResolvers: true,
})
export class ClaimReportType {
  @Field(() => [ClaimedLineType], { description: 'What became of each line' })
  lines!: readonly ClaimedLineType[];

  @Field(() => [ClaimedCoupon], { description: "What became of the guest's coupons" })
  coupons!: readonly ClaimedCoupon[];
}
