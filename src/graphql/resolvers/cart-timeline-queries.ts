// The timeline of a cart: pages of its events, and the total after each.
import { Arg, Args, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { price } from '../../domain/cart/price.js';
import type { ExistingCartState } from '../../domain/cart/state.js';
import { demandMayRead, demandReadable } from '../access.js';
import { badInput } from '../api-error.js';
import { maxPageSize } from '../complexity.js';
import { uncounted } from '../connection.js';
import type { RequestContext } from '../context.js';
import { decodeRevision, encodeRevision } from '../cursors.js';
import { type ShownEvent, shownEntry } from '../event-view.js';
import { checkPage, pastInstantOf, uuidOf } from '../input-rules.js';
import { DateTimeScalar } from '../scalars.js';
import type { TimelineEntry, TimelineRange } from '../services.js';
import { CartEventConnection, CartEventType } from '../types/event-types.js';
import { Money, money } from '../types/money.js';
import { PlaceArguments } from '../types/page-arguments.js';

const defaultPageSize = 100;
const maxTypes = 50;

/** A page, and what its total count is computed from. */
interface ShownTimeline extends CartEventConnection {
  readonly cartId: string;
  readonly range: TimelineRange;
  readonly count: number | undefined;
}

@Resolver(() => CartEventConnection)
export class CartTimelineQueries {
  @Query(() => CartEventConnection, { description: 'Oldest first; 100 events by default' })
  async cartTimeline(
    @Ctx() context: RequestContext,
    @Arg('cartId', () => ID, { description: 'The cart' }) id: string,
    @Args() { after, last, before }: PlaceArguments,
    @Arg('first', () => Int, { description: 'Size of the page', nullable: true })
    first?: number | null,
    @Arg('types', () => [String], {
      nullable: true,
      description: 'Only events of these types, such as ItemAdded; default: all',
    })
    types?: readonly string[] | null,
    @Arg('asRecordedAt', () => DateTimeScalar, {
      nullable: true,
      description: 'Only what was recorded by this instant',
    })
    asRecordedAt?: number | null,
  ): Promise<ShownTimeline> {
    const { services, budget } = context;
    const cartId = uuidOf(id, 'cartId');
    checkPage({ first, after, last, before }, maxPageSize);
    if ((types?.length ?? 0) > maxTypes) throw badInput(`Name at most ${maxTypes} types.`);
    const range: TimelineRange = {
      ...(last == null ? { first: first ?? defaultPageSize } : { last }),
      ...(after == null ? {} : { after: decodeRevision(after) }),
      ...(before == null ? {} : { before: decodeRevision(before) }),
      ...(types == null ? {} : { types: new Set(types) }),
      ...(asRecordedAt == null
        ? {}
        : { recordedBy: pastInstantOf(asRecordedAt, 'asRecordedAt', services.time.now()) }),
    };
    await demandMayRead(context, cartId);
    const cart = await demandReadable(context, await services.carts.state(cartId));
    const page = await budget.history((meter) => services.history.timeline(cartId, range, meter));
    const stateAfter = statesOf(context, cartId, page.rows);
    const node = (entry: TimelineEntry) =>
      shownEntry(entry, cart, context.principal, () => stateAfter(entry.stored.revision));
    const cursor = ({ stored }: TimelineEntry) => encodeRevision(stored.revision);
    return { ...uncounted(page, node, cursor), cartId, range, count: page.totalCount };
  }

  @FieldResolver(() => Int, {
    description: 'Events on all pages. With types, it reads the whole history: leave it out there',
  })
  totalCount(
    @Root() { cartId, range, count }: ShownTimeline,
    @Ctx() { services, budget }: RequestContext,
  ): number | Promise<number> {
    if (count !== undefined) return count;
    return budget.history((meter) => services.history.countEntries(cartId, range, meter));
  }
}

@Resolver(() => CartEventType)
export class CartEventFields {
  @FieldResolver(() => Money, {
    nullable: true,
    description: 'The total right after it. Null after an event that this version cannot read',
  })
  async totalAfter(
    @Root() event: ShownEvent,
    @Ctx() context: RequestContext,
  ): Promise<Money | null> {
    const { services, budget } = context;
    const { cartId, revision } = event;
    const state = await (event.stateAfter?.() ??
      budget.history((meter) => services.history.cartAtRevision(cartId, revision, meter)));
    if (state === null) return null;
    budget.onTotal(state.lines.length);
    const at = state.status === 'CHECKED_OUT' ? state.updatedAt : event.occurredAt;
    return money(price(state, at, services.rulesInForce()).total, state.currency);
  }
}

/** The cart after each row. The rows are folded once, and only if a field needs it. */
function statesOf(
  { services, budget }: RequestContext,
  cartId: string,
  rows: readonly TimelineEntry[],
): (revision: number) => Promise<ExistingCartState | null> {
  const stored = rows.map((row) => row.stored);
  let states: ReturnType<typeof services.history.statesAfter> | undefined;
  return async (revision) => {
    states ??= budget.history((meter) => services.history.statesAfter(cartId, stored, meter));
    return (await states).get(revision) ?? null;
  };
}
