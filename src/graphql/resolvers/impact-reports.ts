// The impact reports of replays, for support and admins.
import { Arg, Args, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { reportedCartOf } from '../../replay/report/stored-report.js';
import { demand } from '../access.js';
import { badInput } from '../api-error.js';
import { maxPageSize } from '../complexity.js';
import { connection } from '../connection.js';
import type { RequestContext } from '../context.js';
import { decodePlaceInReport, encodePlaceInReport } from '../cursors.js';
import { shownImpactedCart, shownReport } from '../impact-view.js';
import { checkPage } from '../input-rules.js';
import { ImpactedCartConnection, ImpactReportType } from '../types/impact-types.js';
import { defaultPageSize, ForwardPageArguments } from '../types/page-arguments.js';

@Resolver(() => ImpactReportType)
export class ImpactReportQueries {
  @Query(() => [ImpactReportType], {
    description: 'The newest reports first, at most 50 are kept. For support and admins',
  })
  async impactReports(
    @Ctx() context: RequestContext,
    @Arg('first', () => Int, { defaultValue: defaultPageSize, description: 'How many' })
    first: number,
  ): Promise<readonly ImpactReportType[]> {
    demand(context, 'projections:read');
    checkPage({ first }, maxPageSize);
    const { services, principal } = context;
    const stored = await services.replays.records.reports.list(first);
    return stored.map((report) => shownReport(report, principal));
  }

  @Query(() => ImpactReportType, { nullable: true, description: 'For support and admins' })
  async impactReport(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: 'The id of a report' }) id: string,
  ): Promise<ImpactReportType | null> {
    demand(context, 'projections:read');
    if (!/^[0-9a-f]{64}$/.test(id)) throw badInput('id must be the id of a report.');
    const stored = await context.services.replays.records.reports.get(id);
    return stored && shownReport(stored, context.principal);
  }

  @FieldResolver(() => ImpactedCartConnection, { description: 'The most affected carts first' })
  async carts(
    @Root() { id, affectedCarts }: ImpactReportType,
    @Ctx() { services, principal }: RequestContext,
    @Args() { first, after }: ForwardPageArguments,
  ): Promise<ImpactedCartConnection> {
    checkPage({ first, after }, maxPageSize);
    const from = after == null ? 0 : decodePlaceInReport(after) + 1;
    const { reports } = services.replays.records;
    const page = await reports.carts({ id, carts: affectedCarts }, first ?? defaultPageSize, from);
    return connection(
      page,
      ({ content }) => shownImpactedCart(reportedCartOf(content), principal),
      ({ place }) => encodePlaceInReport(place),
    );
  }
}
