// The API's orders.
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { Settlement } from '../../domain/order/events.js';
import type { Refund } from '../../domain/order/fulfilment.js';
import { DateTimeScalar } from '../scalars.js';
import { OrderedShippingMethodType, ShipToType, TaxAmountType } from './delivery-types.js';
import { Money } from './money.js';

export enum OrderStatus {
  PLACED = 'PLACED',
  RESERVED = 'RESERVED',
  PAID = 'PAID',
  SHIPPED = 'SHIPPED',
  CANCELLED = 'CANCELLED',
}
registerEnumType(OrderStatus, {
  name: 'OrderStatus',
  description: 'Where an order is on its way',
  valuesConfig: {
    PLACED: { description: 'The cart was checked out' },
    RESERVED: { description: 'Units in stock and uses of coupons are its own; payment follows' },
    PAID: { description: 'The payment was received; the order can be shipped' },
    SHIPPED: { description: 'It has left the shop' },
    CANCELLED: { description: 'It ended, with a reason; what was paid is refunded' },
  },
});

export enum PaymentStatus {
  NONE = 'NONE',
  PENDING = 'PENDING',
  RECEIVED = 'RECEIVED',
  DECLINED = 'DECLINED',
}
registerEnumType(PaymentStatus, {
  name: 'PaymentStatus',
  description: 'What became of the payment',
  valuesConfig: {
    NONE: { description: 'Nothing is charged for this order, such as an imported one' },
    PENDING: { description: 'The payment gateway has not answered yet' },
    RECEIVED: { description: 'The payment gateway has charged it' },
    DECLINED: { description: 'The payment gateway refused it; the order is cancelled' },
  },
});

const RefundOutcomeEnum: { readonly [Value in Refund['outcome']]: Value } = {
  REQUESTED: 'REQUESTED',
  REFUNDED: 'REFUNDED',
  REFUSED: 'REFUSED',
};
registerEnumType(RefundOutcomeEnum, {
  name: 'RefundOutcome',
  description: 'What the payment gateway made of a refund',
  valuesConfig: {
    REQUESTED: { description: 'It has not answered yet' },
    REFUNDED: { description: 'The money is on its way back' },
    REFUSED: { description: 'It never pays this refund' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'Money that goes back to the customer' })
export class OrderRefund {
  @Field(() => ID, { description: 'Names the refund' })
  refundId!: string;

  @Field(() => Money, { description: 'What is paid back' })
  amount!: Money;

  @Field(() => String, { description: 'Why, in words of staff' })
  reason!: string;

  @Field(() => RefundOutcomeEnum, { description: 'What the gateway answered' })
  outcome!: Refund['outcome'];

  @Field(() => DateTimeScalar, { description: 'When it was asked for' })
  requestedAt!: number;
}

@ObjectType({ simpleResolvers: true, description: 'How an order left the shop' })
export class OrderShipment {
  @Field(() => String, { description: 'Who carries it, if told', nullable: true })
  carrier!: string | null;

  @Field(() => String, { description: 'Of the carrier, if told', nullable: true })
  trackingNumber!: string | null;

  @Field(() => DateTimeScalar, { description: 'When it left' })
  shippedAt!: number;
}

@ObjectType({ description: 'A product of an order, at the agreed price', simpleResolvers: true })
export class OrderLine {
  @Field(() => ID, { description: 'The article number' })
  sku!: string;

  @Field(() => String, { description: 'As it was called when it was added' })
  name!: string;

  @Field(() => Int, { description: 'Units' })
  quantity!: number;

  @Field(() => Money, { description: 'The agreed price of a unit' })
  unitPrice!: Money;

  @Field(() => Money, { description: 'After discounts' })
  total!: Money;
}

const SettlementEnum: { readonly [Value in Settlement]: Value } = {
  OWED_TO_CUSTOMER: 'OWED_TO_CUSTOMER',
  FORGIVEN: 'FORGIVEN',
};
registerEnumType(SettlementEnum, {
  name: 'Settlement',
  description: 'Who owes the difference after a correction',
  valuesConfig: {
    OWED_TO_CUSTOMER: { description: 'The customer paid too much and is owed the difference' },
    FORGIVEN: { description: 'The customer paid too little and pays no more' },
  },
});

@ObjectType({
  simpleResolvers: true,
  description: "The correction of an order's total after a pricing fix",
})
export class OrderCorrection {
  @Field(() => ID, { description: 'The event of the correction' })
  eventId!: string;

  @Field(() => ID, { description: 'Id of the impact report' })
  reportId!: string;

  @Field(() => DateTimeScalar, { description: 'When it was corrected' })
  correctedAt!: number;

  @Field(() => Money, { description: 'What it cost before' })
  previousTotal!: Money;

  @Field(() => Money, { description: 'What it costs by the right rules' })
  correctedTotal!: Money;

  @Field(() => SettlementEnum, { description: 'Who owes the difference' })
  settlement!: Settlement;

  @Field(() => String, { description: 'Why, in words of staff' })
  reason!: string;
}

@Directive('@key(fields: "id")')
@ObjectType({
  description: 'What a checkout agreed on, and how it is fulfilled',
  simpleResolvers: true,
})
export class Order {
  @Field(() => ID, { description: 'A UUID, in lower case' })
  id!: string;

  @Field(() => ID, { description: 'The cart that was checked out' })
  cartId!: string;

  @Field(() => OrderStatus, { description: 'Where it is on its way' })
  status!: `${OrderStatus}`;

  @Field(() => Int, { description: 'Revision of the last event in it' })
  revision!: number;

  @Field(() => DateTimeScalar, { description: 'When the cart was checked out' })
  placedAt!: number;

  @Field(() => [OrderLine], { description: 'What was bought' })
  lines!: readonly OrderLine[];

  @Field(() => DateTimeScalar, { description: 'When it was changed last' })
  updatedAt!: number;

  @Field(() => String, { description: 'ISO 4217' })
  currency!: string;

  @Field(() => [String], { description: 'Codes of the coupons on its cart' })
  coupons!: readonly string[];

  @Field(() => Money, { description: 'Before discounts' })
  subtotal!: Money;

  @Field(() => Money, { description: 'What the coupons took off' })
  discount!: Money;

  @Field(() => Money, { description: 'What shipping costs' })
  shipping!: Money;

  @Field(() => Money, { description: 'All taxes, also those that prices include' })
  tax!: Money;

  @Field(() => [TaxAmountType], { description: 'One for each tax rule, as agreed' })
  taxes!: readonly TaxAmountType[];

  @Field(() => ShipToType, { nullable: true, description: 'Null when it goes nowhere' })
  shipTo!: ShipToType | null;

  @Field(() => OrderedShippingMethodType, { nullable: true, description: 'Null without one' })
  shippingMethod!: OrderedShippingMethodType | null;

  @Field(() => Money, { description: 'The agreed total minus what corrections owe the customer' })
  total!: Money;

  @Field(() => PaymentStatus, { description: 'What became of the payment' })
  paymentStatus!: `${PaymentStatus}`;

  @Field(() => Money, { description: 'What the payment gateway charged' })
  paid!: Money;

  @Field(() => Money, { description: 'What was paid back' })
  refunded!: Money;

  @Field(() => [OrderRefund], { description: 'Oldest first' })
  refunds!: readonly OrderRefund[];

  @Field(() => OrderShipment, { description: 'Null until it is shipped', nullable: true })
  shipment!: OrderShipment | null;

  @Field(() => [OrderCorrection], { description: 'Oldest first' })
  corrections!: readonly OrderCorrection[];

  @Field(() => String, {
    nullable: true,
    description: 'A stable code, such as PAYMENT_DECLINED or OUT_OF_STOCK, or words of staff',
  })
  cancelReason!: string | null;

  @Field(() => DateTimeScalar, { description: 'Null unless it was cancelled', nullable: true })
  cancelledAt!: number | null;
}
