// The API's catalogue and coupons.
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar, JSONObjectScalar } from '../scalars.js';
import { Money } from './money.js';
import { PageInfo } from './page-info.js';

@Directive('@key(fields: "id")')
@Directive('@key(fields: "sku")')
@ObjectType({ description: 'id and sku are the same text', simpleResolvers: true })
export class Product {
  @Field(() => ID, { description: 'The same text as sku' })
  id!: string;

  @Field(() => ID, { description: 'The article number' })
  sku!: string;

  @Field(() => String, { description: 'Shown everywhere' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Plain text; it may have several lines' })
  description!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Address of its image: https, or a path of this site. Null for none',
  })
  imageUrl!: string | null;

  @Field(() => Money, { description: 'The price of now, in the first of its currencies' })
  price!: Money;

  @Field(() => [String], { description: 'Words to filter by, such as home-decor' })
  tags!: readonly string[];

  @Field(() => String, { description: 'What tax rules are by; standard where none was set' })
  taxCategory!: string;

  @Field(() => Boolean, { description: 'False for a product that is no longer sold' })
  onSale!: boolean;
}

@ObjectType('ProductWithdrawal', {
  description: 'How a product came off sale',
  simpleResolvers: true,
})
export class ProductWithdrawalType {
  @Field(() => DateTimeScalar, { description: 'When it happened' })
  at!: number;

  @Field(() => String, { nullable: true, description: 'Who did it: admin, operator, …' })
  actorKind!: string | null;

  @Field(() => ID, { nullable: true, description: 'Name or id of who did it' })
  actorSubject!: string | null;
}

@ObjectType('PlannedPrice', {
  description: 'A price that holds from an instant on',
  simpleResolvers: true,
})
export class PlannedPriceType {
  @Field(() => Money, { description: 'The price from then on' })
  price!: Money;

  @Field(() => DateTimeScalar, { description: 'The first instant at which it holds' })
  holdsFrom!: number;
}

@ObjectType('ProductEvent', {
  description: 'One event of a product, as it was stored',
  simpleResolvers: true,
})
export class ProductEventType {
  @Field(() => ID, { description: "The event's UUID" })
  id!: string;

  @Field(() => String, { description: 'ProductListed, ProductPriceChanged, …' })
  type!: string;

  @Field(() => Int, { description: 'Its number in the history of the product, from 0' })
  revision!: number;

  @Field(() => DateTimeScalar, { description: 'When it happened in the business' })
  occurredAt!: number;

  @Field(() => DateTimeScalar, { description: 'When the store wrote it' })
  recordedAt!: number;

  @Field(() => String, { nullable: true, description: 'Who did it: admin, operator, seed, …' })
  actorKind!: string | null;

  @Field(() => ID, { nullable: true, description: 'Name or id of who did it' })
  actorSubject!: string | null;

  @Field(() => JSONObjectScalar, { description: 'What was stored, such as the price' })
  data!: object;
}

@ObjectType({ description: 'An event on its page', simpleResolvers: true })
export class ProductEventEdge {
  @Field(() => String, { description: 'The place of the item, for `after` and `before`' })
  cursor!: string;

  @Field(() => ProductEventType, { description: 'The item' })
  node!: ProductEventType;
}

@ObjectType({ description: "A page of a product's events", simpleResolvers: true })
export class ProductEventConnection {
  @Field(() => [ProductEventEdge], { description: 'The page, each item with its cursor' })
  edges!: readonly ProductEventEdge[];

  @Field(() => [ProductEventType], { description: 'The events of the edges' })
  nodes!: readonly ProductEventType[];

  @Field(() => PageInfo, { description: 'Whether there is more, and where' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'How many there are on all pages' })
  totalCount!: number;
}

@ObjectType({ description: 'A product on its page', simpleResolvers: true })
export class ProductEdge {
  @Field(() => String, { description: 'The place of the item, for `after` and `before`' })
  cursor!: string;

  @Field(() => Product, { description: 'The item' })
  node!: Product;
}

@ObjectType({ description: 'A page of products', simpleResolvers: true })
export class ProductConnection {
  @Field(() => [ProductEdge], { description: 'The page, each item with its cursor' })
  edges!: readonly ProductEdge[];

  @Field(() => [Product], { description: 'The products of the edges' })
  nodes!: readonly Product[];

  @Field(() => PageInfo, { description: 'Whether there is more, and where' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'How many there are on all pages' })
  totalCount!: number;
}

@ObjectType({ description: 'Buy some units, get some free', simpleResolvers: true })
export class DefinedFreeUnits {
  @Field(() => Int, { description: 'Units to pay' })
  buy!: number;

  @Field(() => Int, { description: 'Units free for so many' })
  free!: number;
}

@ObjectType('CouponTerms', {
  description: 'What a coupon gives, and when. Exactly one of the three discounts is not null',
  simpleResolvers: true,
})
export class DefinedTerms {
  @Field(() => Int, {
    nullable: true,
    description: 'Hundredths of a percent off: 1000 is 10 %',
  })
  percentageBasisPoints!: number | null;

  @Field(() => Money, { nullable: true, description: 'A fixed amount off' })
  amount!: Money | null;

  @Field(() => DefinedFreeUnits, { nullable: true, description: 'Units that cost nothing' })
  freeUnits!: DefinedFreeUnits | null;

  @Field(() => Money, {
    nullable: true,
    description: 'Minimum subtotal of the goods that the coupon is for, before discounts',
  })
  minimumSpend!: Money | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Null: from its definition on' })
  validFrom!: number | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The first instant at which the coupon is no longer valid; null: never',
  })
  validUntil!: number | null;

  @Field(() => [ID], { nullable: true, description: 'The products that it is for; null: all' })
  skus!: readonly string[] | null;

  @Field(() => String, { nullable: true, description: 'Only for carts in this currency' })
  currency!: string | null;

  @Field(() => Int, { nullable: true, description: 'Orders that can use it; null: any number' })
  usageLimit!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Orders of one customer that can use it; null: any number',
  })
  perCustomerLimit!: number | null;

  @Field(() => Boolean, {
    description: 'True: while it counts, other coupons of the cart give nothing',
  })
  exclusive!: boolean;
}

@ObjectType({ description: "A coupon's definition", simpleResolvers: true })
export class Coupon {
  @Field(() => ID, { description: 'The code' })
  id!: string;

  @Field(() => String, { description: 'In upper case' })
  code!: string;

  @Field(() => String, { description: "The shop's words for it" })
  description!: string;

  @Field(() => Boolean, { description: 'True when no cart can add it any more' })
  withdrawn!: boolean;

  @Field(() => DefinedTerms, { description: 'What it gives, and when' })
  terms!: DefinedTerms;

  @Field(() => Int, { description: 'For the expectedRevision of its commands: uses leave it' })
  revision!: number;
}

@ObjectType({ description: 'A coupon on its page', simpleResolvers: true })
export class CouponEdge {
  @Field(() => String, { description: 'The place of the item, for `after` and `before`' })
  cursor!: string;

  @Field(() => Coupon, { description: 'The item' })
  node!: Coupon;
}

@ObjectType({ description: 'A page of coupons', simpleResolvers: true })
export class CouponConnection {
  @Field(() => [CouponEdge], { description: 'The page, each item with its cursor' })
  edges!: readonly CouponEdge[];

  @Field(() => [Coupon], { description: 'The coupons of the edges' })
  nodes!: readonly Coupon[];

  @Field(() => PageInfo, { description: 'Whether there is more, and where' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'How many there are on all pages' })
  totalCount!: number;
}
