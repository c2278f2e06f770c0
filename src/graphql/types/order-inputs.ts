// Inputs and the payload of commands on orders.
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar, SafeIntScalar } from '../scalars.js';
import { CommandInput } from './command-inputs.js';
import { Order, OrderStatus } from './order-types.js';
import { PageInfo } from './page-info.js';
import { RejectionType } from './rejections.js';

@InputType()
export abstract class OrderCommandInput extends CommandInput {
  @Field(() => ID, { description: 'The order to change' })
  orderId!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Optimistic lock: any other revision of the order gets CONFLICT',
  })
  expectedRevision?: number | null;
}

@InputType({ description: 'Tells that a paid order has left the shop' })
export class ShipOrderInput extends OrderCommandInput {
  @Field(() => String, { nullable: true, description: 'Who brings it' })
  carrier?: string | null;

  @Field(() => String, { description: 'Of the carrier', nullable: true })
  trackingNumber?: string | null;
}

@InputType({ description: 'Cancels an order that has not been shipped' })
export class CancelOrderInput extends OrderCommandInput {
  @Field(() => String, { description: 'The customer reads it' })
  reason!: string;
}

@InputType({ description: 'Pays money of an order back' })
export class RefundOrderInput extends OrderCommandInput {
  @Field(() => SafeIntScalar, {
    nullable: true,
    description: 'In minor units. If omitted, all that is not refunded yet',
  })
  amount?: number | null;

  @Field(() => String, { description: 'The customer reads it' })
  reason!: string;
}

@ObjectType({
  description: 'The order after a command, or why it was refused',
  simpleResolvers: true,
})
export class OrderPayload {
  @Field(() => Order, {
    description: 'The order after the command, or as it stands',
    nullable: true,
  })
  order!: Order | null;

  @Field(() => RejectionType, {
    description: 'Why nothing was done; null when it was',
    nullable: true,
  })
  rejection!: RejectionType | null;
}

@InputType({ description: 'All conditions that are given hold at once' })
export class OrderFilter {
  @Field(() => ID, { description: 'Orders of this customer', nullable: true })
  customerId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The e-mail address of the order. The log has it only encrypted, with a key',
  })
  email?: string | null;

  @Field(() => OrderStatus, { description: 'Orders with this status', nullable: true })
  status?: OrderStatus | null;

  @Field(() => ID, { nullable: true, description: 'A product in the order' })
  sku?: string | null;

  @Field(() => String, { nullable: true, description: 'A coupon on its cart' })
  coupon?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Placed then or later' })
  placedFrom?: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Placed before' })
  placedBefore?: number | null;
}

@ObjectType({ description: 'An order on its page', simpleResolvers: true })
export class OrderEdge {
  @Field(() => String, { description: 'The place of the item, for `after` and `before`' })
  cursor!: string;

  @Field(() => Order, { description: 'The item' })
  node!: Order;
}

@ObjectType({ description: 'A page of orders', simpleResolvers: true })
export class OrderConnection {
  @Field(() => [OrderEdge], { description: 'The page, each item with its cursor' })
  edges!: readonly OrderEdge[];

  @Field(() => [Order], { description: 'The orders of the edges' })
  nodes!: readonly Order[];

  @Field(() => PageInfo, { description: 'Whether there is more, and where' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'How many there are on all pages' })
  totalCount!: number;
}
