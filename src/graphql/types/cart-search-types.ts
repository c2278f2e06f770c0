// What staff search carts by.
import { Field, ID, InputType } from 'type-graphql';
import { DateTimeScalar } from '../scalars.js';
import { CartStatus } from './cart-types.js';

@InputType({ description: 'All conditions that are given hold at once' })
export class CartFilter {
  @Field(() => ID, { nullable: true, description: 'The customer who owns the cart' })
  customerId?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'An e-mail address that was given at a checkout: carts that were checked out with it, and ' +
      'the other carts of customers who gave it. The log has it only encrypted, with a key',
  })
  email?: string | null;

  @Field(() => CartStatus, { nullable: true, description: 'Carts with this status' })
  status?: CartStatus | null;

  @Field(() => ID, { nullable: true, description: 'A product in the cart' })
  sku?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'A coupon on the cart, also one that lapsed',
  })
  coupon?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Changed last then or later' })
  changedFrom?: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Changed last before' })
  changedBefore?: number | null;
}
