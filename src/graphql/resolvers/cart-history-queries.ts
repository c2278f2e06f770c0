// Queries on past carts, from the log.
import { Arg, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import type { ExistingCartState } from '../../domain/cart/state.js';
import { demandMayRead, demandReadable, mayRead, readablePast } from '../access.js';
import { badInput } from '../api-error.js';
import { ShownCartAsOf } from '../cart-view.js';
import type { RequestContext } from '../context.js';
import { shownExplanation } from '../explanation-view.js';
import { pastInstantOf, revisionOf, uuidOf } from '../input-rules.js';
import type { ExplainedCart, Meter } from '../services.js';
import { DateTimeScalar } from '../scalars.js';
import { CartAsOf } from '../types/cart-types.js';
import { CartDiff } from '../types/event-types.js';
import { CartExplanation } from '../types/explanation-types.js';

const onlyRecordedBy = 'Ignores events that were recorded after this instant';

@Resolver()
export class CartHistoryQueries {
  @Query(() => CartAsOf, {
    nullable: true,
    description:
      'Replays the stream: the cart as it stood at that instant. Null before it was opened.',
  })
  async cartAt(
    @Ctx() context: RequestContext,
    @Arg('cartId', () => ID, { description: 'The cart' }) cartId: string,
    @Arg('timestamp', () => DateTimeScalar, { description: 'The instant' }) timestamp: number,
    @Arg('asRecordedAt', () => DateTimeScalar, { nullable: true, description: onlyRecordedBy })
    asRecordedAt?: number | null,
  ): Promise<ShownCartAsOf | null> {
    const { services, budget } = context;
    const now = services.time.now();
    const id = uuidOf(cartId, 'cartId');
    const at = pastInstantOf(timestamp, 'timestamp', now);
    const knownAt = knownAtOf(asRecordedAt, now);
    return budget.once(['cartAt', id, at, knownAt], async () => {
      if (!(await mayRead(context, id))) return null;
      const state = await budget.history((meter) =>
        services.history.cartAt(id, at, knownAt, meter),
      );
      return shownAt(context, await readablePast(context, state), at);
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
    @Arg('cartId', () => ID, { description: 'The cart' }) cartId: string,
    @Arg('timestamp', () => DateTimeScalar, { description: 'The instant' }) timestamp: number,
    @Arg('asRecordedAt', () => DateTimeScalar, { nullable: true, description: onlyRecordedBy })
    asRecordedAt?: number | null,
  ): Promise<CartExplanation | null> {
    const { services, budget } = context;
    const now = services.time.now();
    const id = uuidOf(cartId, 'cartId');
    const at = pastInstantOf(timestamp, 'timestamp', now);
    const knownAt = knownAtOf(asRecordedAt, now);
    return budget.once(['cartExplain', id, at, knownAt], () =>
      explained(context, id, (meter) => services.history.explanation(id, at, knownAt, meter)),
    );
  }

  @Query(() => CartExplanation, {
    nullable: true,
    description:
      'As cartExplain, right after that revision. Null for a revision that it has not reached.',
  })
  async cartExplainAtRevision(
    @Ctx() context: RequestContext,
    @Arg('cartId', () => ID, { description: 'The cart' }) cartId: string,
    @Arg('revision', () => Int, { description: 'The last event that counts' }) revision: number,
  ): Promise<CartExplanation | null> {
    const { services, budget } = context;
    const reached = revisionOf(revision, 'revision');
    const id = uuidOf(cartId, 'cartId');
    return budget.once(['cartExplainAtRevision', id, reached], () =>
      explained(context, id, (meter) => services.history.explanationAtRevision(id, reached, meter)),
    );
  }

  @Query(() => CartAsOf, {
    nullable: true,
    description: 'The cart right after that revision. Null for a revision that it has not reached.',
  })
  async cartAtRevision(
    @Ctx() context: RequestContext,
    @Arg('cartId', () => ID, { description: 'The cart' }) cartId: string,
    @Arg('revision', () => Int, { description: 'The last event that counts' }) revision: number,
  ): Promise<ShownCartAsOf | null> {
    const reached = revisionOf(revision, 'revision');
    const id = uuidOf(cartId, 'cartId');
    const { services, budget } = context;
    return budget.once(['cartAtRevision', id, reached], async () => {
      if (!(await mayRead(context, id))) return null;
      const state = await budget.history((meter) =>
        services.history.cartAtRevision(id, reached, meter),
      );
      const cart = await readablePast(context, state);
      return cart === null ? null : shownAt(context, cart, cart.updatedAt);
    });
  }

  @Query(() => CartDiff, { description: 'What changed between two instants, and by which events' })
  async cartDiff(
    @Ctx() context: RequestContext,
    @Arg('cartId', () => ID, { description: 'The cart' }) id: string,
    @Arg('from', () => DateTimeScalar, { description: 'The earlier instant' }) from: number,
    @Arg('to', () => DateTimeScalar, { description: 'The later instant' }) to: number,
    @Arg('asRecordedAt', () => DateTimeScalar, { nullable: true, description: onlyRecordedBy })
    asRecordedAt?: number | null,
  ): Promise<CartDiff> {
    const { services, budget } = context;
    const cartId = uuidOf(id, 'cartId');
    const now = services.time.now();
    pastInstantOf(to, 'to', now);
    if (from > to) throw badInput('from must not be later than to.');
    const knownAt = knownAtOf(asRecordedAt, now);
    return budget.once(['cartDiff', cartId, from, to, knownAt], async () => {
      await demandHistory(context, cartId);
      const difference = await budget.history((meter) =>
        services.history.diff(cartId, from, to, knownAt, meter),
      );
      return {
        from: shownAt(context, difference.from, from),
        to: shownAt(context, difference.to, to),
        changes: difference.changes,
      };
    });
  }

  @Query(() => CartDiff, {
    description: 'What changed from right after one revision to right after a later one',
  })
  async cartDiffOfRevisions(
    @Ctx() context: RequestContext,
    @Arg('cartId', () => ID, { description: 'The cart' }) id: string,
    @Arg('toRevision', () => Int, { description: 'The later revision' }) toRevision: number,
    @Arg('fromRevision', () => Int, {
      nullable: true,
      description: 'Default: before the cart was opened',
    })
    fromRevision?: number | null,
  ): Promise<CartDiff> {
    const { services, budget } = context;
    const cartId = uuidOf(id, 'cartId');
    const from = fromRevision == null ? -1 : revisionOf(fromRevision, 'fromRevision');
    const to = revisionOf(toRevision, 'toRevision');
    if (from > to) throw badInput('fromRevision must not be after toRevision.');
    return budget.once(['cartDiffOfRevisions', cartId, from, to], async () => {
      await demandHistory(context, cartId);
      const difference = await budget.history((meter) =>
        services.history.diffOfRevisions(cartId, from, to, meter),
      );
      if (difference === null) throw badInput(`The cart has not reached revision ${to}.`);
      const shown = (state: ExistingCartState | null) =>
        shownAt(context, state, state?.updatedAt ?? 0);
      const { changes } = difference;
      return { from: shown(difference.from), to: shown(difference.to), changes };
    });
  }
}

/** @throws ApiError NOT_FOUND when the caller may not read the cart */
async function demandHistory(context: RequestContext, cartId: string): Promise<void> {
  await demandMayRead(context, cartId);
  await demandReadable(context, await context.services.carts.state(cartId));
}

function knownAtOf(asRecordedAt: number | null | undefined, now: number): number | undefined {
  return asRecordedAt == null ? undefined : pastInstantOf(asRecordedAt, 'asRecordedAt', now);
}

async function explained(
  context: RequestContext,
  cartId: string,
  explain: (meter: Meter) => Promise<ExplainedCart | null>,
): Promise<CartExplanation | null> {
  if (!(await mayRead(context, cartId))) return null;
  const found = await context.budget.history(explain);
  const cart = await readablePast(context, found?.state ?? null);
  return found && cart && shownExplanation(found, context.principal);
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
