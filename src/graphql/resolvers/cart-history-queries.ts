// Queries on past carts, from the log.
import { Arg, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import type { ExistingCartState } from '../../domain/cart/state.js';
import { demandMayRead, demandReadable, mayRead, readable } from '../access.js';
import { badInput } from '../api-error.js';
import { ShownCartAsOf } from '../cart-view.js';
import type { RequestContext } from '../context.js';
import { decodeRevision, encodeRevision } from '../cursors.js';
import { shownEntry } from '../event-view.js';
import { shownExplanation } from '../explanation-view.js';
import { checkPage, pastInstantOf, revisionOf, uuidOf } from '../input-rules.js';
import type { TimelineEntry } from '../services.js';
import { DateTimeScalar } from '../scalars.js';
import { CartAsOf } from '../types/cart-types.js';
import { CartDiff, CartEventConnection } from '../types/event-types.js';
import { CartExplanation } from '../types/explanation-types.js';
import { maxPageSize } from '../complexity.js';
import { connection } from '../connection.js';

const defaultPageSize = 100;

@Resolver()
export class CartHistoryQueries {
  @Query(() => CartAsOf, {
    nullable: true,
    description:
      'Replays the stream: the cart as it stood at that instant. Null before it was opened.',
  })
  async cartAt(
    @Ctx() context: RequestContext,
    @Arg('cartId', () => ID) cartId: string,
    @Arg('timestamp', () => DateTimeScalar) timestamp: number,
    @Arg('asRecordedAt', () => DateTimeScalar, {
      nullable: true,
      description: 'Ignores events that were recorded after this instant',
    })
    asRecordedAt?: number | null,
  ): Promise<ShownCartAsOf | null> {
    const { services, budget } = context;
    const now = services.time.now();
    const id = uuidOf(cartId, 'cartId');
    const at = pastInstantOf(timestamp, 'timestamp', now);
    const knownAt =
      asRecordedAt == null ? undefined : pastInstantOf(asRecordedAt, 'asRecordedAt', now);
    return budget.once(['cartAt', id, at, knownAt], async () => {
      if (!(await mayRead(context, id))) return null;
      const state = await budget.history((meter) =>
        services.history.cartAt(id, at, knownAt, meter),
      );
      return shownAt(context, await readable(context, state), at);
    });
  }

  @Query(() => CartExplanation, {
    nullable: true,
    description:
      'Explains the total at that instant: every part in words, with ' +
      'the event that caused it. Null before it was opened.',
  })
  async cartExplain(
    @Ctx() context: RequestContext,
    @Arg('cartId', () => ID) cartId: string,
    @Arg('timestamp', () => DateTimeScalar) timestamp: number,
  ): Promise<CartExplanation | null> {
    const { services, principal, budget } = context;
    const id = uuidOf(cartId, 'cartId');
    const at = pastInstantOf(timestamp, 'timestamp', services.time.now());
    return budget.once(['cartExplain', id, at], async () => {
      if (!(await mayRead(context, id))) return null;
      const explained = await budget.history((meter) =>
        services.history.explanation(id, at, meter),
      );
      const cart = await readable(context, explained?.state ?? null);
      return explained && cart && shownExplanation(explained, at, principal);
    });
  }

  @Query(() => CartAsOf, {
    nullable: true,
    description: 'The cart right after that revision. Null for a revision that it has not reached.',
  })
  async cartAtRevision(
    @Ctx() context: RequestContext,
    @Arg('cartId', () => ID) cartId: string,
    @Arg('revision', () => Int) revision: number,
  ): Promise<ShownCartAsOf | null> {
    const reached = revisionOf(revision, 'revision');
    const id = uuidOf(cartId, 'cartId');
    const { services, budget } = context;
    return budget.once(['cartAtRevision', id, reached], async () => {
      if (!(await mayRead(context, id))) return null;
      const state = await budget.history((meter) =>
        services.history.cartAtRevision(id, reached, meter),
      );
      const cart = await readable(context, state);
      return cart === null ? null : shownAt(context, cart, cart.updatedAt);
    });
  }

  @Query(() => CartEventConnection, { description: 'Oldest first; 100 events by default' })
  async cartTimeline(
    @Ctx() context: RequestContext,
    @Arg('cartId', () => ID) id: string,
    @Arg('first', () => Int, { nullable: true }) first?: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
    @Arg('last', () => Int, { nullable: true }) last?: number | null,
    @Arg('before', () => String, { nullable: true }) before?: string | null,
  ): Promise<CartEventConnection> {
    const { services, principal } = context;
    const cartId = uuidOf(id, 'cartId');
    checkPage({ first, after, last, before }, maxPageSize);
    const size = last == null ? { first: first ?? defaultPageSize } : { last };
    const range = {
      ...size,
      ...(after == null ? {} : { after: decodeRevision(after) }),
      ...(before == null ? {} : { before: decodeRevision(before) }),
    };
    await demandMayRead(context, cartId);
    const cart = await demandReadable(context, await services.carts.state(cartId));
    const page = await context.budget.history((meter) =>
      services.history.timeline(cartId, range, meter),
    );
    const node = (entry: TimelineEntry) => shownEntry(entry, cart, principal);
    return connection(page, node, ({ stored }) => encodeRevision(stored.revision));
  }

  @Query(() => CartDiff)
  async cartDiff(
    @Ctx() context: RequestContext,
    @Arg('cartId', () => ID) id: string,
    @Arg('from', () => DateTimeScalar) from: number,
    @Arg('to', () => DateTimeScalar) to: number,
  ): Promise<CartDiff> {
    const { services, budget } = context;
    const cartId = uuidOf(id, 'cartId');
    pastInstantOf(to, 'to', services.time.now());
    if (from > to) throw badInput('from must not be later than to.');
    return budget.once(['cartDiff', cartId, from, to], async () => {
      await demandMayRead(context, cartId);
      await demandReadable(context, await services.carts.state(cartId));
      const difference = await budget.history((meter) =>
        services.history.diff(cartId, from, to, meter),
      );
      return {
        from: shownAt(context, difference.from, from),
        to: shownAt(context, difference.to, to),
        changes: difference.changes,
      };
    });
  }
}

function shownAt(
  context: RequestContext,
  state: ExistingCartState | null,
  at: number,
): ShownCartAsOf | null {
  if (state === null) return null;
  context.budget.onCart(state.lines.length);
  return new ShownCartAsOf(state, context.principal, at, context.services.rulesInForce());
}
