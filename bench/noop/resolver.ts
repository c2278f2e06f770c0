// The part of the cart's schema that the workloads request, over carts that are kept in some way, or
// in none.
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
export class Cart {
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

const PENCE = 255;
const moneyOf = (quantity: number): Money => ({ minorUnits: quantity * PENCE, currency: 'GBP' });

/** Each product costs the same: what is compared is how a cart is kept. */
export function cartOf(
  id: string,
  revision: number,
  lines: readonly { readonly sku: string; readonly quantity: number }[],
): Cart {
  const itemCount = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  return {
    id,
    revision,
    lines: lines.map(({ sku, quantity }) => ({ sku, quantity, total: moneyOf(quantity) })),
    totals: { itemCount, total: moneyOf(itemCount) },
  };
}

/** An item that is added to a cart which is not there opens it. */
export interface KeptCarts {
  addItem(cartId: string, sku: string, quantity: number): Cart | Promise<Cart>;
  cart(cartId: string): Cart | Promise<Cart>;
}

@Resolver()
export class CartResolver {
  constructor(private readonly carts: KeptCarts) {}

  @Query(() => Cart, { nullable: true })
  cart(@Arg('cartId', () => ID) cartId: string): Cart | Promise<Cart> {
    return this.carts.cart(cartId);
  }

  @Mutation(() => CartPayload)
  async addItem(
    @Arg('input', () => AddItemInput) { cartId, sku, quantity }: AddItemInput,
  ): Promise<CartPayload> {
    return { cart: await this.carts.addItem(cartId, sku, quantity), rejection: null };
  }
}
