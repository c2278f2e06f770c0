// The part of the cart's schema that the workloads request, with constant results.
import {
  Arg,
  Field,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
} from 'type-graphql';

@ObjectType({ simpleResolvers: true })
class Money {
  @Field(() => Int) minorUnits!: number;
  @Field(() => String) currency!: string;
}

@ObjectType({ simpleResolvers: true })
class CartLine {
  @Field(() => ID) sku!: string;
  @Field(() => Int) quantity!: number;
  @Field(() => Money) total!: Money;
}

@ObjectType({ simpleResolvers: true })
class CartTotals {
  @Field(() => Int) itemCount!: number;
  @Field(() => Money) total!: Money;
}

@ObjectType({ simpleResolvers: true })
class Cart {
  @Field(() => ID) id!: string;
  @Field(() => Int) revision!: number;
  @Field(() => [CartLine]) lines!: CartLine[];
  @Field(() => CartTotals) totals!: CartTotals;
}

@ObjectType({ simpleResolvers: true })
class Rejection {
  @Field(() => String) code!: string;
}

@ObjectType({ simpleResolvers: true })
class CartPayload {
  @Field(() => Cart, { nullable: true }) cart!: Cart | null;
  @Field(() => Rejection, { nullable: true }) rejection!: Rejection | null;
}

@InputType()
class AddItemInput {
  @Field(() => ID) cartId!: string;
  @Field(() => ID) sku!: string;
  @Field(() => Int, { defaultValue: 1 }) quantity!: number;
}

const money: Money = { minorUnits: 1530, currency: 'GBP' };
const cart: Cart = {
  id: '00000000-0000-4000-8000-000000000000',
  revision: 1,
  // The workload's carts grow to this number of lines.
  lines: ['85123A', '71053', '84406B', '84029G', '22752'].map((sku) => ({
    sku,
    quantity: 6,
    total: money,
  })),
  totals: { itemCount: 6, total: money },
};

@Resolver()
export class NoopResolver {
  @Query(() => Cart, { nullable: true })
  cart(@Arg('cartId', () => ID) _cartId: string): Cart {
    return cart;
  }

  @Mutation(() => CartPayload)
  addItem(@Arg('input', () => AddItemInput) _input: AddItemInput): CartPayload {
    return { cart, rejection: null };
  }
}
