// The API's orders.
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { Settlement } from '../../domain/order/events.js';
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

const SettlementEnum: { readonly [Value in Settlement]: Value } = {
  OWED_TO_CUSTOMER: 'OWED_TO_CUSTOMER',
  FORGIVEN: 'FORGIVEN',
};
registerEnumType(SettlementEnum, {
  name: 'Settlement',
  description:
    'The customer paid too much and is owed the difference, or paid too little and pays no more',
});

@ObjectType({
  simpleResolvers: true,
  description: "The correction of an order's total after a pricing fix",
})
export class OrderCorrection {
  @Field(() => ID)
  eventId!: string;

  @Field(() => ID, { description: 'Id of the impact report' })
  reportId!: string;

  @Field(() => DateTimeScalar)
  correctedAt!: number;

  @Field(() => Money)
  previousTotal!: Money;

  @Field(() => Money)
  correctedTotal!: Money;

  @Field(() => SettlementEnum)
  settlement!: Settlement;

  @Field(() => String)
  reason!: string;
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

  @Field(() => Money, { description: 'The agreed total minus refunds' })
  total!: Money;

  @Field(() => [OrderCorrection], { description: 'Oldest first' })
  corrections!: readonly OrderCorrection[];

  @Field(() => String, { nullable: true })
  cancelReason!: string | null;
}
