// The catalogue and coupons as the API shows them.
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Money } from './money.js';
import { PageInfo } from './page-info.js';

@ObjectType({ description: 'id and sku are the same text', simpleResolvers: true })
export class Product {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  sku!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true, description: 'Null while the catalogue keeps none' })
  description!: string | null;

  @Field(() => Money)
  price!: Money;

  @Field(() => Int, { description: 'Units that can be ordered now' })
  available!: number;

  @Field(() => [String], { description: 'Empty while the catalogue keeps none' })
  tags!: readonly string[];
}

@ObjectType({ simpleResolvers: true })
export class ProductEdge {
  @Field(() => String)
  cursor!: string;

  @Field(() => Product)
  node!: Product;
}

@ObjectType({ simpleResolvers: true })
export class ProductConnection {
  @Field(() => [ProductEdge])
  edges!: readonly ProductEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;

  @Field(() => Int)
  totalCount!: number;
}

@ObjectType({ description: 'A coupon as the shop defines it', simpleResolvers: true })
export class Coupon {
  @Field(() => ID, { description: 'The code' })
  id!: string;

  @Field(() => String)
  code!: string;

  @Field(() => String)
  description!: string;

  @Field(() => Boolean, { description: 'It can no longer be put on a cart' })
  withdrawn!: boolean;
}
