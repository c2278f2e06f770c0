// The API's catalogue and coupons.
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

  @Field(() => String, {
    nullable: true,
    description: 'Always null: the catalogue stores no descriptions yet',
  })
  description!: string | null;

  @Field(() => Money)
  price!: Money;

  @Field(() => Int, { description: 'Units that a cart can order now' })
  available!: number;

  @Field(() => [String], { description: 'Always empty: the catalogue stores no tags yet' })
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

@ObjectType({ description: "A coupon's definition", simpleResolvers: true })
export class Coupon {
  @Field(() => ID, { description: 'The code' })
  id!: string;

  @Field(() => String)
  code!: string;

  @Field(() => String)
  description!: string;

  @Field(() => Boolean, { description: 'True when no cart can add it any more' })
  withdrawn!: boolean;
}
