// The event browser: pages of the log, one event, and the log's tail, for support and admins. The
// list is of events as such; the content of an event of a cart or an order is a look at that cart,
// which needs a reason and is put on record.
import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  Int,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { categoryOf, type LogFilter } from '../../event-browser/log-filter.js';
import { placeIn } from '../../event-browser/log-pages.js';
import type { TailFrame } from '../../event-browser/log-tail.js';
import { demand, demandStatedReason, recordLook } from '../access.js';
import { badInput } from '../api-error.js';
import { maxPageSize } from '../complexity.js';
import { uncounted } from '../connection.js';
import type { RequestContext } from '../context.js';
import { decodePlaceInLog, encodePlaceInLog } from '../cursors.js';
import { withoutHidden } from '../hidden-data.js';
import * as rules from '../input-rules.js';
import { cartOfStream, shownLogEvent } from '../log-event-view.js';
import { JSONObjectScalar } from '../scalars.js';
import { AppendedEvent, EventFilter, LogEvent, LogEventConnection } from '../types/log-types.js';
import { PlaceArguments } from '../types/page-arguments.js';

const defaultPageSize = 50;
const maxTypes = 50;
const maxStreamLength = 300;

@Resolver(() => LogEvent)
export class LogEvents {
  @Query(() => LogEventConnection, {
    description:
      'Events of the whole log, in its order, for support and admins: the first ones (`first`, ' +
      '`after`) or the last ones (`last`, `before`). One page looks at 20,000 events at most',
  })
  async events(
    @Ctx() context: RequestContext,
    @Args() { after, last, before }: PlaceArguments,
    @Arg('filter', () => EventFilter, { nullable: true, description: 'Default: no filter' })
    filter?: EventFilter | null,
    @Arg('first', () => Int, { nullable: true, description: 'Size of the page; default: 50' })
    first?: number | null,
  ): Promise<LogEventConnection> {
    demand(context, 'events:read');
    rules.checkPage({ first, after, last, before }, maxPageSize);
    const wanted = filterOf(filter ?? {});
    const range = {
      size: last ?? first ?? defaultPageSize,
      backwards: last != null,
      after: after == null ? null : decodePlaceInLog(after),
      before: before == null ? null : decodePlaceInLog(before),
    };
    const { services, principal, budget } = context;
    const page = await budget.history((meter) => services.log.page(wanted, range, meter));
    const shown = uncounted(
      page,
      (stored) => shownLogEvent(stored, principal),
      (stored) => encodePlaceInLog(placeIn(wanted, stored)),
    );
    const startCursor = page.start && encodePlaceInLog(page.start);
    const endCursor = page.end && encodePlaceInLog(page.end);
    const { hasNextPage, hasPreviousPage } = page;
    const pageInfo = { hasNextPage, hasPreviousPage, startCursor, endCursor };
    return { edges: shown.edges, nodes: shown.nodes, pageInfo, examined: page.examined };
  }

  @Query(() => LogEvent, { nullable: true, description: 'One event of a stream' })
  async event(
    @Ctx() context: RequestContext,
    @Arg('stream', () => String, { description: 'Such as cart-<id>' }) stream: string,
    @Arg('revision', () => Int, { description: 'Its number in its stream, from 0' })
    revision: number,
  ): Promise<LogEvent | null> {
    demand(context, 'events:read');
    const name = streamOf(stream);
    const at = rules.revisionOf(revision, 'revision');
    const stored = await context.services.log.event(name, at);
    return stored && shownLogEvent(stored, context.principal);
  }

  @Query(() => LogEvent, {
    nullable: true,
    description: 'One event by its place, also in a stream whose name no argument can have',
  })
  async eventAt(
    @Ctx() context: RequestContext,
    @Arg('position', () => String, { description: 'LogEvent.position' }) position: string,
  ): Promise<LogEvent | null> {
    demand(context, 'events:read');
    if (!/^\d{1,18}$/.test(position)) throw badInput('position must be decimal digits.');
    const stored = await context.services.log.eventAt(BigInt(position));
    return stored && shownLogEvent(stored, context.principal);
  }

  @Subscription(() => AppendedEvent, {
    description:
      'The events of the log after a cursor, each once and in order: those that are there, a frame ' +
      'without an event, and then each as it is appended. Without a cursor: from now on',
    subscribe: ({ args, context }) => {
      const request = context as RequestContext;
      const { filter, after } = args as { filter?: EventFilter | null; after?: string | null };
      demand(request, 'events:read');
      rules.checkPage({ after }, maxPageSize);
      const start = after == null ? 'end' : decodePlaceInLog(after).position;
      return request.services.log.tail(filterOf(filter ?? {}), start);
    },
  })
  eventsAppended(
    @Root() frame: TailFrame,
    @Ctx() { principal, budget }: RequestContext,
    @Arg('filter', () => EventFilter, { nullable: true, description: 'Default: no filter' })
    _filter?: EventFilter | null,
    @Arg('after', () => String, { nullable: true, description: 'Of a page or an earlier frame' })
    _after?: string | null,
  ): AppendedEvent {
    budget.renew();
    const position = 'event' in frame ? frame.event.position : frame.caughtUpAt;
    const event = 'event' in frame ? shownLogEvent(frame.event, principal) : null;
    return { event, cursor: encodePlaceInLog({ position, revision: null }) };
  }

  @FieldResolver(() => JSONObjectScalar, {
    description:
      'Without what tells who a customer is, and without secrets. Of an event of a cart or an ' +
      'order it needs a reason, and the look at the cart is put on record',
  })
  async data(@Root() event: LogEvent, @Ctx() context: RequestContext) {
    await demandLook(event, context);
    return asObject(withoutHidden(event.content.data));
  }

  @FieldResolver(() => JSONObjectScalar, { description: 'As `data`' })
  async metadata(@Root() event: LogEvent, @Ctx() context: RequestContext) {
    await demandLook(event, context);
    return asObject(withoutHidden(event.content.metadata));
  }
}

/** Once a request for each cart. Who looked at what is for admins alone. */
async function demandLook({ stream }: LogEvent, context: RequestContext): Promise<void> {
  if (categoryOf(stream) === 'access') demand(context, 'accesses:read');
  if (cartOfStream(stream) === undefined) return;
  demandStatedReason(context);
  await context.budget.once(['look', stream], async () => {
    const cartId = await cartOf(stream, context);
    await context.budget.once(['look at cart', cartId], () =>
      recordLook(context, cartId, { customerId: null, tokenHash: null }),
    );
  });
}

/** An order is recorded with its cart; one that cannot be read, under its own id. */
async function cartOf(stream: string, { services }: RequestContext): Promise<string> {
  const { cartId, orderId } = cartOfStream(stream) ?? {};
  if (orderId === undefined) return cartId ?? stream;
  return (await services.reads.order(orderId))?.cartId ?? orderId;
}

function asObject(content: unknown): Readonly<Record<string, unknown>> {
  const isObject = typeof content === 'object' && content !== null && !Array.isArray(content);
  return isObject ? { ...content } : { content };
}

function filterOf(filter: EventFilter): LogFilter {
  const { category, stream, types, correlationId, recordedFrom, recordedBefore } = filter;
  if ((types?.length ?? 0) > maxTypes) throw badInput(`Name at most ${maxTypes} types.`);
  return {
    ...(category != null && { category: rules.textOf(category, 'category') }),
    ...(stream != null && { stream: streamOf(stream) }),
    ...(types != null && { types: new Set(types.map((type) => rules.textOf(type, 'types'))) }),
    ...(correlationId != null && { correlationId: rules.textOf(correlationId, 'correlationId') }),
    ...(recordedFrom != null && { recordedFrom }),
    ...(recordedBefore != null && { recordedBefore }),
  };
}

/** The store keeps its own settings and users in streams that begin with $. */
function streamOf(stream: string): string {
  const name = rules.textOf(stream, 'stream', maxStreamLength);
  if (name.startsWith('$')) throw badInput('stream must not be one of the store itself.');
  return name;
}
