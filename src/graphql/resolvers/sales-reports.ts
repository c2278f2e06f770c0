// Queries on what the shop sells, for support and admins. They change nothing and name no customer.
import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { demand } from '../access.js';
import { badInput } from '../api-error.js';
import { maxPageSize } from '../complexity.js';
import type { RequestContext } from '../context.js';
import { currencyOf } from '../input-rules.js';
import { DAYS_BY_DAY, DAYS_BY_HOUR, periodOf } from '../report-period.js';
import { moneySum } from '../types/money.js';
import {
  CouponSalesType,
  DayRevenueType,
  FunnelDayType,
  HourRevenueType,
  ProductRankingEnum,
  ProductSalesType,
  ReportPeriod,
} from '../types/sales-types.js';

const PERIOD = `At most ${DAYS_BY_DAY} days`;
const CURRENCY = 'A code of ISO 4217, such as GBP: amounts of several currencies are not added up';
const STAFF = 'For support and admins.';

@Resolver()
export class SalesQueries {
  @Query(() => String, {
    description: `The time zone of the shop, by the setting SHOP_TIME_ZONE. ${STAFF}`,
  })
  shopTimeZone(@Ctx() context: RequestContext): string {
    demand(context, 'revenue:read');
    return context.services.timeZone;
  }

  @Query(() => [String], {
    description: `The currencies of a period's orders; that of the most orders comes first. ${STAFF}`,
  })
  soldCurrencies(
    @Ctx() context: RequestContext,
    @Arg('period', () => ReportPeriod, { description: PERIOD }) asked: ReportPeriod,
  ): Promise<readonly string[]> {
    demand(context, 'revenue:read');
    return context.services.reports.currencies(periodOf(asked, context));
  }

  @Query(() => [DayRevenueType], { description: `What was sold on each day of a period. ${STAFF}` })
  async dailyRevenue(
    @Ctx() context: RequestContext,
    @Arg('period', () => ReportPeriod, { description: PERIOD }) asked: ReportPeriod,
    @Arg('currency', () => String, { description: CURRENCY }) currency: string,
  ): Promise<readonly DayRevenueType[]> {
    demand(context, 'revenue:read');
    const period = periodOf(asked, context);
    const days = await context.services.reports.byDay(period, currencyOf(currency));
    return days.map((day) => ({ ...day, revenue: moneySum(day.revenue, currency) }));
  }

  @Query(() => [HourRevenueType], {
    description: `What was sold in each hour of a period. ${STAFF}`,
  })
  async hourlyRevenue(
    @Ctx() context: RequestContext,
    @Arg('period', () => ReportPeriod, { description: `At most ${DAYS_BY_HOUR} days` })
    asked: ReportPeriod,
    @Arg('currency', () => String, { description: CURRENCY }) currency: string,
  ): Promise<readonly HourRevenueType[]> {
    demand(context, 'revenue:read');
    const period = periodOf(asked, context, DAYS_BY_HOUR);
    const hours = await context.services.reports.byHour(period, currencyOf(currency));
    return hours.map((hour) => ({ ...hour, revenue: moneySum(hour.revenue, currency) }));
  }

  @Query(() => [FunnelDayType], {
    description: `What has become of the carts that were opened on each day of a period. ${STAFF}`,
  })
  cartFunnel(
    @Ctx() context: RequestContext,
    @Arg('period', () => ReportPeriod, { description: PERIOD }) asked: ReportPeriod,
  ): Promise<readonly FunnelDayType[]> {
    demand(context, 'revenue:read');
    return context.services.reports.funnel(periodOf(asked, context));
  }

  @Query(() => [ProductSalesType], {
    description: `The products that sold best in a period. ${STAFF}`,
  })
  async topProducts(
    @Ctx() context: RequestContext,
    @Arg('period', () => ReportPeriod, { description: PERIOD }) asked: ReportPeriod,
    @Arg('currency', () => String, { description: CURRENCY }) currency: string,
    @Arg('by', () => ProductRankingEnum, {
      defaultValue: ProductRankingEnum.REVENUE,
      description: 'What makes a product a good one',
    })
    by: ProductRankingEnum,
    @Arg('first', () => Int, {
      defaultValue: 10,
      description: `How many of them, from 1 to ${maxPageSize}`,
    })
    first: number,
  ): Promise<readonly ProductSalesType[]> {
    demand(context, 'revenue:read');
    if (first < 1 || first > maxPageSize) {
      throw badInput(`first must be from 1 to ${maxPageSize}.`);
    }
    const period = periodOf(asked, context);
    const products = await context.services.reports.products(period, currencyOf(currency), by);
    return products
      .slice(0, first)
      .map((product) => ({ ...product, revenue: moneySum(product.revenue, currency) }));
  }

  @Query(() => [CouponSalesType], {
    description: `The coupons of a period's orders; the most used come first. ${STAFF}`,
  })
  async couponSales(
    @Ctx() context: RequestContext,
    @Arg('period', () => ReportPeriod, { description: PERIOD }) asked: ReportPeriod,
    @Arg('currency', () => String, { description: CURRENCY }) currency: string,
  ): Promise<readonly CouponSalesType[]> {
    demand(context, 'revenue:read');
    const period = periodOf(asked, context);
    const coupons = await context.services.reports.coupons(period, currencyOf(currency));
    return coupons.map((coupon) => ({
      ...coupon,
      discount: moneySum(coupon.discount, currency),
      revenue: moneySum(coupon.revenue, currency),
    }));
  }
}
