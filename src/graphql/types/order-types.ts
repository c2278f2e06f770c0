// Orders as the API shows them.
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
  description: 'Paid too much and owed the difference, or paid too little and let off',
});

@ObjectType({ simpleResolvers: true, description: 'What a corrected price meant for an order' })
export class OrderCorrection {
  @Field(() => ID)
  eventId!: string;

  @Field(() => ID, { description: 'The impact report that found it' })
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

  @Field(() => Money, { description: 'What was agreed, less what is owed back since' })
  total!: Money;

  @Field(() => [OrderCorrection], { description: 'Oldest first' })
  corrections!: readonly OrderCorrection[];

  @Field(() => String, { nullable: true })
  cancelReason!: string | null;
}
