// The API's reports on what the shop sells, for staff.
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar, SafeIntScalar } from '../scalars.js';
import { MoneySum } from './money.js';

@InputType({ description: 'Days of a time zone' })
export class ReportPeriod {
  @Field(() => String, { description: 'The first day, such as 2010-12-01' })
  firstDay!: string;

  @Field(() => String, { description: 'The last day, which is included' })
  lastDay!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Whose days: a name of the IANA database, such as Europe/London. Default: the shop’s own, ' +
      'see `shopTimeZone`',
  })
  timeZone?: string | null;
}

const TAKINGS = 'Orders that were placed, without those that were cancelled since';
const REVENUE =
  'Their totals, less refunds and corrections, which count where the order was placed';

@ObjectType('DayRevenue', {
  description: 'What was sold on a day; a day without orders has zeros',
  simpleResolvers: true,
})
export class DayRevenueType {
  @Field(() => String, { description: 'Such as 2010-12-01' })
  date!: string;

  @Field(() => Int, { description: TAKINGS })
  orders!: number;

  @Field(() => SafeIntScalar, { description: 'Units of these orders' })
  units!: number;

  @Field(() => MoneySum, { description: REVENUE })
  revenue!: MoneySum;
}

@ObjectType('HourRevenue', {
  description:
    'What was sold in an hour that the clock shows. A day has 23 or 25 of them when the clock is ' +
    'changed; an hour without orders has zeros',
  simpleResolvers: true,
})
export class HourRevenueType {
  @Field(() => String, { description: 'The day of the hour, such as 2010-12-01' })
  date!: string;

  @Field(() => Int, { description: 'From 0 to 23' })
  hour!: number;

  @Field(() => Int, {
    description:
      'What the clock is ahead of UTC, in minutes. It tells an hour that is repeated in autumn ' +
      'from the one before it',
  })
  offsetMinutes!: number;

  @Field(() => DateTimeScalar, { description: 'When the hour begins' })
  beginsAt!: number;

  @Field(() => Int, { description: TAKINGS })
  orders!: number;

  @Field(() => SafeIntScalar, { description: 'Units of these orders' })
  units!: number;

  @Field(() => MoneySum, { description: REVENUE })
  revenue!: MoneySum;
}

@ObjectType('FunnelDay', {
  description:
    'What has become, until now, of the carts that were opened on a day: each is checked out, ' +
    'abandoned, merged or still open',
  simpleResolvers: true,
})
export class FunnelDayType {
  @Field(() => String, { description: 'The day on which the carts were opened' })
  date!: string;

  @Field(() => Int, { description: 'Carts that were opened on the day' })
  opened!: number;

  @Field(() => Int, { description: 'Those that have held a line' })
  filled!: number;

  @Field(() => Int, { description: 'Those that were checked out' })
  checkedOut!: number;

  @Field(() => Int, {
    description: 'Those whose order was paid; an imported order was paid outside of the shop',
  })
  paid!: number;

  @Field(() => Int, { description: 'Those whose order was cancelled, before or after its payment' })
  cancelled!: number;

  @Field(() => Int, { description: 'Those that are abandoned, and were not revived' })
  abandoned!: number;

  @Field(() => Int, { description: 'Those whose contents went to another cart by a claim' })
  merged!: number;

  @Field(() => Int, { description: 'Those that are still open' })
  stillOpen!: number;
}

export enum ProductRankingEnum {
  REVENUE = 'REVENUE',
  UNITS = 'UNITS',
}
registerEnumType(ProductRankingEnum, {
  name: 'ProductRanking',
  description: 'Which products are the best',
  valuesConfig: {
    REVENUE: { description: 'Those with the most revenue' },
    UNITS: { description: 'Those of which the most units were sold' },
  },
});

@ObjectType('ProductSales', {
  description: 'What a product sold; cancelled orders count nowhere',
  simpleResolvers: true,
})
export class ProductSalesType {
  @Field(() => ID, { description: 'The article number' })
  sku!: string;

  @Field(() => String, { description: 'Its name in the latest order that has it' })
  name!: string;

  @Field(() => Int, { description: 'Orders that have the product' })
  orders!: number;

  @Field(() => SafeIntScalar, { description: 'Units of it in these orders' })
  units!: number;

  @Field(() => MoneySum, {
    description:
      'What its lines still earn, without shipping and taxes that came on top: a refund or a ' +
      'correction is spread over all that the order cost',
  })
  revenue!: MoneySum;
}

@ObjectType('CouponSales', {
  description: 'The orders on which a coupon was',
  simpleResolvers: true,
})
export class CouponSalesType {
  @Field(() => ID, { description: 'The code' })
  code!: string;

  @Field(() => Int, { description: 'Orders with the coupon, without cancelled ones' })
  orders!: number;

  @Field(() => Int, { description: 'Orders among them that have another coupon too' })
  sharedOrders!: number;

  @Field(() => Int, { description: 'Orders with the coupon that were cancelled' })
  cancelledOrders!: number;

  @Field(() => MoneySum, {
    description: 'The whole discount of `orders`: on shared ones also what other coupons gave',
  })
  discount!: MoneySum;

  @Field(() => MoneySum, { description: 'What `orders` still earn' })
  revenue!: MoneySum;
}
