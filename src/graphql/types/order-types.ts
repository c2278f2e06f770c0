// Orders as the API shows them.
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar } from '../scalars.js';
import { Money } from './money.js';

export enum OrderStatus {
  PLACED = 'PLACED',
  RESERVED = 'RESERVED',
  PAID = 'PAID',
  SHIPPED = 'SHIPPED',
  CANCELLED = 'CANCELLED',
}
registerEnumType(OrderStatus, { name: 'OrderStatus' });

@ObjectType({ simpleResolvers: true })
export class OrderLine {
  @Field(() => ID)
  sku!: string;

  @Field(() => String)
  name!: string;

  @Field(() => Int)
  quantity!: number;

  @Field(() => Money)
  unitPrice!: Money;

  @Field(() => Money)
  total!: Money;
}

@ObjectType({ simpleResolvers: true })
export class Order {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  cartId!: string;

  @Field(() => OrderStatus)
  status!: `${OrderStatus}`;

  @Field(() => Int)
  revision!: number;

  @Field(() => DateTimeScalar)
  placedAt!: number;

  @Field(() => [OrderLine])
  lines!: readonly OrderLine[];

  @Field(() => Money)
  total!: Money;

  @Field(() => String, { nullable: true })
  cancelReason!: string | null;
}
