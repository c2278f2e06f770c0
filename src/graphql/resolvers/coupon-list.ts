// The list of all coupons, for support and admins.
import { Args, Ctx, Query, Resolver } from 'type-graphql';
import { demand } from '../access.js';
import { maxPageSize } from '../complexity.js';
import { connection } from '../connection.js';
import type { RequestContext } from '../context.js';
import { decodeCode, encodeCode } from '../cursors.js';
import { checkPage } from '../input-rules.js';
import { shownCoupon } from '../product-view.js';
import { CouponConnection } from '../types/product-types.js';
import { defaultPageSize, ForwardPageArguments } from '../types/page-arguments.js';

@Resolver()
export class CouponList {
  @Query(() => CouponConnection, {
    description:
      'All coupons in the order of their codes, withdrawn ones too. For support and admins',
  })
  async coupons(
    @Ctx() context: RequestContext,
    @Args() { first, after }: ForwardPageArguments,
  ): Promise<CouponConnection> {
    demand(context, 'coupons:read');
    checkPage({ first, after }, maxPageSize);
    const place = after == null ? null : decodeCode(after);
    const page = await context.services.reads.coupons(first ?? defaultPageSize, place);
    return connection(page, shownCoupon, ({ code }) => encodeCode(code ?? ''));
  }
}
