// The payloads of mutations: the result, or the rejection with the current cart.
import { Field, ObjectType } from 'type-graphql';
import { Cart } from './cart-types.js';
import { ClaimReportType } from './claim-types.js';
import { LineReportType } from './line-report.js';
import { Order } from './order-types.js';
import { Coupon, Product } from './product-types.js';
import { RejectionType } from './rejections.js';

/** Looked up only when it is requested. */
export type StandingCart = Cart | null | Promise<Cart | null>;
export type LineReports = readonly LineReportType[] | Promise<readonly LineReportType[]>;

@ObjectType({
  description:
    'With a rejection, `cart` is the cart as it stands, where the caller may see it: what an ' +
    'optimistic client rolls back to',
  simpleResolvers: true,
})
export class CartPayload {
  @Field(() => Cart, { description: 'The cart after the command, or as it stands', nullable: true })
  cart!: StandingCart;

  @Field(() => RejectionType, {
    description: 'Why nothing was done; null when it was',
    nullable: true,
  })
  rejection!: RejectionType | null;

  @Field(() => ClaimReportType, {
    nullable: true,
    description: "claimCart: what became of the guest's cart. Null after any other command",
  })
  claim?: Promise<ClaimReportType> | null;
}

@ObjectType({
  description: "cartToken is the guest's secret for this cart, shown once",
  simpleResolvers: true,
})
export class OpenCartPayload {
  @Field(() => Cart, { description: 'The new cart', nullable: true })
  cart!: StandingCart;

  @Field(() => String, {
    description: "The guest's secret for this cart, shown once; null for a customer's cart",
    nullable: true,
  })
  cartToken!: string | null;

  @Field(() => [LineReportType], {
    description: 'What became of the lines that the cart was to begin with',
  })
  report!: LineReports;

  @Field(() => RejectionType, {
    description: 'Why nothing was done; null when it was',
    nullable: true,
  })
  rejection!: RejectionType | null;
}

@ObjectType({
  description:
    'A rejection LINES_REFUSED means that no line was added; the report has the lines that are in ' +
    'the way',
  simpleResolvers: true,
})
export class AddItemsPayload {
  @Field(() => Cart, { description: 'The cart after the command, or as it stands', nullable: true })
  cart!: StandingCart;

  @Field(() => RejectionType, {
    description: 'Why nothing was done; null when it was',
    nullable: true,
  })
  rejection!: RejectionType | null;

  @Field(() => [LineReportType], { description: 'What became of each line' })
  report!: LineReports;
}

@ObjectType({
  description: 'The order that was placed, or the rejection with the cart as it stands',
  simpleResolvers: true,
})
export class CheckoutPayload {
  @Field(() => Order, { description: 'The order that was placed', nullable: true })
  order!: Order | null;

  @Field(() => Cart, { description: 'The cart after the command, or as it stands', nullable: true })
  cart!: StandingCart;

  @Field(() => RejectionType, {
    description: 'Why nothing was done; null when it was',
    nullable: true,
  })
  rejection!: RejectionType | null;
}

@ObjectType({
  description: 'The product after a command, or why it was refused',
  simpleResolvers: true,
})
export class ProductPayload {
  @Field(() => Product, {
    nullable: true,
    description: 'Null after a rejection, and for a product that is no longer on sale',
  })
  product!: Product | null;

  @Field(() => RejectionType, {
    description: 'Why nothing was done; null when it was',
    nullable: true,
  })
  rejection!: RejectionType | null;
}

@ObjectType({ description: 'The result of a command on a coupon', simpleResolvers: true })
export class CouponPayload {
  @Field(() => Coupon, { description: 'The coupon after the command', nullable: true })
  coupon!: Coupon | null;

  @Field(() => RejectionType, {
    description: 'Why nothing was done; null when it was',
    nullable: true,
  })
  rejection!: RejectionType | null;
}
