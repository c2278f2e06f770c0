// The payloads of mutations: the result, or the rejection with the current cart.
import { Field, ObjectType } from 'type-graphql';
import { Cart } from './cart-types.js';
import { Order } from './order-types.js';
import { Coupon, Product } from './product-types.js';
import { RejectionType } from './rejections.js';

/** Looked up only when it is requested. */
export type StandingCart = Cart | null | Promise<Cart | null>;

@ObjectType({
  description:
    'With a rejection, `cart` is the cart as it stands, where the caller may see it: what an ' +
    'optimistic client rolls back to',
  simpleResolvers: true,
})
export class CartPayload {
  @Field(() => Cart, { nullable: true })
  cart!: StandingCart;

  @Field(() => RejectionType, { nullable: true })
  rejection!: RejectionType | null;
}

@ObjectType({
  description: "cartToken is the guest's secret for this cart, shown once",
  simpleResolvers: true,
})
export class OpenCartPayload {
  @Field(() => Cart, { nullable: true })
  cart!: StandingCart;

  @Field(() => String, { nullable: true })
  cartToken!: string | null;

  @Field(() => RejectionType, { nullable: true })
  rejection!: RejectionType | null;
}

@ObjectType({ simpleResolvers: true })
export class CheckoutPayload {
  @Field(() => Order, { nullable: true })
  order!: Order | null;

  @Field(() => Cart, { nullable: true })
  cart!: StandingCart;

  @Field(() => RejectionType, { nullable: true })
  rejection!: RejectionType | null;
}

@ObjectType({ simpleResolvers: true })
export class ProductPayload {
  @Field(() => Product, {
    nullable: true,
    description: 'Null after a rejection, and for a product that is no longer on sale',
  })
  product!: Product | null;

  @Field(() => RejectionType, { nullable: true })
  rejection!: RejectionType | null;
}

@ObjectType({ simpleResolvers: true })
export class CouponPayload {
  @Field(() => Coupon, { nullable: true })
  coupon!: Coupon | null;

  @Field(() => RejectionType, { nullable: true })
  rejection!: RejectionType | null;
}
