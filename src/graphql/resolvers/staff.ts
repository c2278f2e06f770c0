// Queries and mutations for staff: revenue, the state of the read models, the catalogue and
// coupons.
import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { demand } from '../access.js';
import { badInput } from '../api-error.js';
import { priceOf, termsOf } from '../coupon-terms.js';
import { counted } from '../command-count.js';
import { commandContext, type RequestContext } from '../context.js';
import * as rules from '../input-rules.js';
import { shownCoupon, shownProduct } from '../product-view.js';
import { DateTimeScalar } from '../scalars.js';
import type { CommandOutcome } from '../services.js';
import {
  ChangeProductPriceInput,
  DefineCouponInput,
  DelistProductInput,
  ListProductInput,
  WithdrawCouponInput,
} from '../types/admin-inputs.js';
import { CouponPayload, ProductPayload } from '../types/payloads.js';
import { shownStatus } from '../projection-view.js';
import { shownRevenue } from '../revenue-view.js';
import { ProjectionStatusType, RevenueBucket } from '../types/report-types.js';
import type { ProductState } from '../../domain/catalog/state.js';
import type { CouponState } from '../../domain/coupon/state.js';

const catchUpMs = 2_000;

@Resolver()
export class Staff {
  @Query(() => [RevenueBucket], {
    description:
      'Orders placed from `from` (inclusive) to `to` (exclusive), by day in a time zone; days without orders are left out',
  })
  async revenueReport(
    @Ctx() context: RequestContext,
    @Arg('from', () => DateTimeScalar) from: number,
    @Arg('to', () => DateTimeScalar) to: number,
    @Arg('currency', () => String) currency: string,
    @Arg('timeZone', () => String, {
      defaultValue: 'UTC',
      description: 'Time zone of the days: a name of the IANA database, such as Europe/London',
    })
    timeZone: string,
  ): Promise<RevenueBucket[]> {
    demand(context, 'revenue:read');
    if (from > to) throw badInput('from must not be later than to.');
    const range = {
      from,
      to,
      currency: rules.currencyOf(currency),
      timeZone: rules.timeZoneOf(timeZone),
    };
    const rows = await context.services.reads.revenue(range);
    return rows.map((row) => shownRevenue(row, range.currency));
  }

  @Query(() => [ProjectionStatusType])
  projections(@Ctx() context: RequestContext): readonly ProjectionStatusType[] {
    demand(context, 'projections:read');
    const { progress, driftOf } = context.services;
    return progress.status().map((status) => shownStatus(status, driftOf));
  }

  @Mutation(() => ProductPayload, {
    description:
      'Puts a product on sale, also again after a delisting; waits until the catalogue shows it',
  })
  listProduct(
    @Ctx() context: RequestContext,
    @Arg('input', () => ListProductInput) input: ListProductInput,
  ): Promise<ProductPayload> {
    demand(context, 'catalogue:change');
    const product = {
      sku: rules.skuOf(input.sku),
      name: rules.textOf(input.name, 'name'),
      price: priceOf(input.price, 'price'),
    };
    const issued = commandContext(context, input);
    return shopped(context, 'listProduct', context.services.catalogue.list(product, issued));
  }

  @Mutation(() => ProductPayload)
  changeProductPrice(
    @Ctx() context: RequestContext,
    @Arg('input', () => ChangeProductPriceInput) input: ChangeProductPriceInput,
  ): Promise<ProductPayload> {
    demand(context, 'catalogue:change');
    const change = { sku: rules.skuOf(input.sku), price: priceOf(input.price, 'price') };
    const changing = context.services.catalogue.changePrice(change, commandContext(context, input));
    return shopped(context, 'changeProductPrice', changing);
  }

  @Mutation(() => ProductPayload)
  delistProduct(
    @Ctx() context: RequestContext,
    @Arg('input', () => DelistProductInput) input: DelistProductInput,
  ): Promise<ProductPayload> {
    demand(context, 'catalogue:change');
    const product = { sku: rules.skuOf(input.sku) };
    const delisting = context.services.catalogue.delist(product, commandContext(context, input));
    return shopped(context, 'delistProduct', delisting);
  }

  @Mutation(() => CouponPayload)
  defineCoupon(
    @Ctx() context: RequestContext,
    @Arg('input', () => DefineCouponInput) input: DefineCouponInput,
  ): Promise<CouponPayload> {
    demand(context, 'coupons:change');
    const coupon = {
      code: rules.couponCodeOf(input.code),
      description: rules.textOf(input.description, 'description'),
      terms: termsOf(input),
    };
    const issued = commandContext(context, input);
    return offered(context, 'defineCoupon', context.services.coupons.define(coupon, issued));
  }

  @Mutation(() => CouponPayload)
  withdrawCoupon(
    @Ctx() context: RequestContext,
    @Arg('input', () => WithdrawCouponInput) input: WithdrawCouponInput,
  ): Promise<CouponPayload> {
    demand(context, 'coupons:change');
    const coupon = { code: rules.couponCodeOf(input.code) };
    const withdrawing = context.services.coupons.withdraw(coupon, commandContext(context, input));
    return offered(context, 'withdrawCoupon', withdrawing);
  }
}

async function shopped(
  context: RequestContext,
  command: string,
  running: Promise<CommandOutcome<ProductState>>,
): Promise<ProductPayload> {
  const outcome = await counted(context.services, command, running, (answer) => answer);
  if (!outcome.accepted) return { product: null, rejection: outcome.rejection };
  await caughtUp(context, outcome.position);
  return { product: outcome.state.listed ? shownProduct(outcome.state) : null, rejection: null };
}

async function offered(
  context: RequestContext,
  command: string,
  running: Promise<CommandOutcome<CouponState>>,
): Promise<CouponPayload> {
  const outcome = await counted(context.services, command, running, (answer) => answer);
  if (!outcome.accepted) return { coupon: null, rejection: outcome.rejection };
  await caughtUp(context, outcome.position);
  return { coupon: shownCoupon(outcome.state), rejection: null };
}

/**
 * Waits until the catalogue shows the change. The change is in the log either way, so a slow read
 * model does not fail the mutation.
 */
async function caughtUp({ services }: RequestContext, position: bigint | null): Promise<void> {
  if (position !== null) await services.progress.reached(position, catchUpMs);
}
