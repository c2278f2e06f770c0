// Queries and mutations for staff: revenue, the state of the read models, and coupons.
import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { demand } from '../access.js';
import { badInput } from '../api-error.js';
import { caughtUp } from '../caught-up.js';
import { termsOf } from '../coupon-terms.js';
import { counted } from '../command-count.js';
import { commandContext, definingContext, type RequestContext } from '../context.js';
import * as rules from '../input-rules.js';
import { shownCoupon } from '../product-view.js';
import { DateTimeScalar } from '../scalars.js';
import type { CommandOutcome } from '../services.js';
import { DefineCouponInput, WithdrawCouponInput } from '../types/admin-inputs.js';
import { CouponPayload } from '../types/payloads.js';
import { shownStatus } from '../projection-view.js';
import { shownRevenue } from '../revenue-view.js';
import { ProjectionStatusType, RevenueBucket } from '../types/report-types.js';
import type { CouponState } from '../../domain/coupon/state.js';

@Resolver()
export class Staff {
  @Query(() => [RevenueBucket], {
    description:
      'Orders placed from `from` (inclusive) to `to` (exclusive), by day in a time zone; days without orders are left out',
  })
  async revenueReport(
    @Ctx() context: RequestContext,
    @Arg('from', () => DateTimeScalar, { description: 'The first instant' }) from: number,
    @Arg('to', () => DateTimeScalar, { description: 'The instant after the last' }) to: number,
    @Arg('currency', () => String, { description: 'ISO 4217; orders in others are left out' })
    currency: string,
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

  @Query(() => [ProjectionStatusType], {
    description: 'The projections of this instance (support, admin)',
  })
  projections(@Ctx() context: RequestContext): readonly ProjectionStatusType[] {
    demand(context, 'projections:read');
    const { progress, driftOf } = context.services;
    return progress.status().map((status) => shownStatus(status, driftOf));
  }

  @Mutation(() => CouponPayload, { description: 'Issues a coupon, or gives it new terms (admin)' })
  async defineCoupon(
    @Ctx() context: RequestContext,
    @Arg('input', () => DefineCouponInput, { description: 'What to do' }) input: DefineCouponInput,
  ): Promise<CouponPayload> {
    demand(context, 'coupons:change');
    const coupon = {
      code: rules.couponCodeOf(input.code),
      description: rules.textOf(input.description, 'description'),
      terms: await termsOf(context, input),
    };
    const issued = definingContext(context, input);
    return offered(context, 'defineCoupon', context.services.coupons.define(coupon, issued));
  }

  @Mutation(() => CouponPayload, { description: 'Ends a coupon, on open carts too (admin)' })
  withdrawCoupon(
    @Ctx() context: RequestContext,
    @Arg('input', () => WithdrawCouponInput, { description: 'What to do' })
    input: WithdrawCouponInput,
  ): Promise<CouponPayload> {
    demand(context, 'coupons:change');
    const coupon = { code: rules.couponCodeOf(input.code) };
    const withdrawing = context.services.coupons.withdraw(coupon, commandContext(context, input));
    return offered(context, 'withdrawCoupon', withdrawing);
  }
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
