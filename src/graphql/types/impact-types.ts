// Impact reports: what other prices would have made of every cart and order.
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../scalars.js';
import { Money, MoneySum } from './money.js';
import { PageInfo } from './page-info.js';

@ObjectType({ simpleResolvers: true, description: 'One of the two compared generations of carts' })
export class ImpactSide {
  @Field(() => Int, { description: 'Number of the generation of carts' })
  generation!: number;

  @Field(() => Int, { description: 'Version of the pricing rules' })
  version!: number;
}

@ObjectType({ simpleResolvers: true, description: 'Sums over some of the affected carts' })
export class ImpactChange {
  @Field(() => Int, { description: 'Number of affected carts' })
  carts!: number;

  @Field(() => MoneySum, { description: 'Sum of the totals of the live carts' })
  before!: MoneySum;

  @Field(() => MoneySum, { description: 'Sum of the totals of the rebuilt carts' })
  after!: MoneySum;

  @Field(() => MoneySum, { description: '`after` minus `before`' })
  difference!: MoneySum;
}

@ObjectType({ simpleResolvers: true, description: 'The impact in one currency' })
export class ImpactTotals {
  @Field(() => String, { description: 'ISO 4217' })
  currency!: string;

  @Field(() => ImpactChange, { description: 'Open carts, with their shown totals' })
  open!: ImpactChange;

  @Field(() => ImpactChange, { description: 'Orders, with their agreed totals' })
  orders!: ImpactChange;

  @Field(() => MoneySum, { description: 'What customers paid too much' })
  overcharged!: MoneySum;

  @Field(() => MoneySum, { description: 'What customers paid too little' })
  undercharged!: MoneySum;
}

@ObjectType({ simpleResolvers: true, description: 'A share of the impact' })
export class ImpactShare {
  @Field(() => ID, {
    description: 'The day in UTC, the coupon, the SKU or the customer; `(none)` for the rest',
  })
  key!: string;

  @Field(() => String, { nullable: true, description: 'The name of a product' })
  name!: string | null;

  @Field(() => Int, { description: 'Number of affected carts' })
  carts!: number;

  @Field(() => MoneySum, { description: 'Its part of the difference of all carts' })
  difference!: MoneySum;
}

@ObjectType({ simpleResolvers: true, description: 'A line of an affected cart' })
export class ImpactLine {
  @Field(() => ID, { description: 'The article number' })
  sku!: string;

  @Field(() => String, { description: "The product's name in the cart" })
  name!: string;

  @Field(() => Money, { description: 'The live total of the line' })
  before!: Money;

  @Field(() => Money, { description: 'The rebuilt total of the line' })
  after!: Money;

  @Field(() => Money, { description: '`after` minus `before`' })
  difference!: Money;
}

@ObjectType({ simpleResolvers: true, description: 'The discount of a coupon in an affected cart' })
export class ImpactCoupon {
  @Field(() => String, { description: "The coupon's code" })
  code!: string;

  @Field(() => Money, { description: 'The live discount' })
  before!: Money;

  @Field(() => Money, { description: 'The rebuilt discount' })
  after!: Money;

  @Field(() => Money, { description: 'When the discount rises, the total falls' })
  difference!: Money;
}

@ObjectType({ simpleResolvers: true, description: 'A part of a total, and its event' })
export class ImpactPart {
  @Field(() => String, { description: 'What the part is for' })
  label!: string;

  @Field(() => Money, { description: 'What it adds to the total' })
  amount!: Money;

  @Field(() => ID, { description: 'Id of the event that brought it' })
  eventId!: string;

  @Field(() => Int, { description: "Of the event in the cart's stream" })
  revision!: number;
}

@ObjectType({ simpleResolvers: true, description: 'The parts in which the two totals differ' })
export class ImpactReason {
  @Field(() => [ImpactPart], { description: 'Parts of the live total alone' })
  before!: readonly ImpactPart[];

  @Field(() => [ImpactPart], { description: 'Parts of the rebuilt total alone' })
  after!: readonly ImpactPart[];
}

@ObjectType({ simpleResolvers: true, description: 'An affected cart or order' })
export class ImpactedCart {
  @Field(() => ID, { description: 'Id of the cart' })
  cartId!: string;

  @Field(() => ID, { nullable: true, description: 'Null for an open cart' })
  orderId!: string | null;

  @Field(() => String, { nullable: true, description: 'For admins; null for a guest too' })
  customerId!: string | null;

  @Field(() => String, {
    description: "Day of the checkout, or of an open cart's last change, in UTC",
  })
  day!: string;

  @Field(() => Money, { description: 'The live total; the agreed total of an order' })
  before!: Money;

  @Field(() => Money, { description: 'The rebuilt total' })
  after!: Money;

  @Field(() => Money, { description: '`after` minus `before`' })
  difference!: Money;

  @Field(() => [ImpactLine], { description: 'Only the lines that differ' })
  lines!: readonly ImpactLine[];

  @Field(() => [ImpactCoupon], { description: 'Only the coupons that differ' })
  coupons!: readonly ImpactCoupon[];

  @Field(() => ImpactReason, { description: 'Why the totals differ' })
  because!: ImpactReason;
}

@ObjectType({ description: 'A cart and its cursor', simpleResolvers: true })
export class ImpactedCartEdge {
  @Field(() => String, { description: 'For `after`' })
  cursor!: string;

  @Field(() => ImpactedCart, { description: 'The cart' })
  node!: ImpactedCart;
}

@ObjectType({ description: 'A page of affected carts', simpleResolvers: true })
export class ImpactedCartConnection {
  @Field(() => [ImpactedCartEdge], { description: 'The carts with their cursors' })
  edges!: readonly ImpactedCartEdge[];

  @Field(() => [ImpactedCart], { description: 'The carts of the edges' })
  nodes!: readonly ImpactedCart[];

  @Field(() => PageInfo, { description: 'Where the page is' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'Number of affected carts' })
  totalCount!: number;
}

@ObjectType('ImpactReport', {
  description: 'What the prices of another generation of carts would have made of every cart',
})
export class ImpactReportType {
  @Field(() => ID, { description: 'SHA-256 of the content, in hexadecimal' })
  id!: string;

  @Field(() => DateTimeScalar, { description: 'When the report was made' })
  createdAt!: number;

  @Field(() => String, { description: 'The log position up to which both sides were folded' })
  position!: string;

  @Field(() => ImpactSide, { description: 'The live carts' })
  before!: ImpactSide;

  @Field(() => ImpactSide, { description: 'The rebuilt carts' })
  after!: ImpactSide;

  @Field(() => Int, { description: 'Number of compared carts, orders among them' })
  comparedCarts!: number;

  @Field(() => Int, { description: 'How many of them are orders' })
  comparedOrders!: number;

  @Field(() => Int, { description: 'Number of carts whose amounts differ' })
  affectedCarts!: number;

  @Field(() => Int, { description: 'How many of them are orders' })
  affectedOrders!: number;

  @Field(() => Int, { description: 'Number of affected customers who signed in' })
  knownCustomers!: number;

  @Field(() => Int, { description: 'Number of affected carts of guests' })
  guestCarts!: number;

  @Field(() => [ImpactTotals], { description: 'By currency' })
  totals!: readonly ImpactTotals[];

  @Field(() => [ImpactShare], { description: 'The difference by day, the earliest first' })
  byDay!: readonly ImpactShare[];

  @Field(() => [ImpactShare], { description: 'The difference by coupon, the largest first' })
  byCoupon!: readonly ImpactShare[];

  @Field(() => [ImpactShare], { description: 'The largest differences first' })
  byProduct!: readonly ImpactShare[];

  @Field(() => [ImpactShare], {
    nullable: true,
    description: 'The largest differences first. For admins; null for support',
  })
  byCustomer!: readonly ImpactShare[] | null;
}
