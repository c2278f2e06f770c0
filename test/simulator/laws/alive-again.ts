// Once the faults have ended, everything is live again within a stated time: every question is
// answered, every checkout has its order, every open subscription and every read model has come to
// the end of the log, and every instance knows it.
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import { inheritingCartIdOf } from '../../../src/commands/command-id.js';
import { isProjected } from '../../../src/projections/shop-events.js';
import { claimIn, mergedFrom } from './claims-seen.js';
import { type Answered, inWords, isOfOthers, type Law, type Question, type World } from './law.js';
import { type InstanceStanding, standingProblems } from './standing.js';

/** Codes that say that somebody is away, or late. */
const AWAY = new Set(['LOST', 'SERVICE_UNAVAILABLE', 'NOT_CAUGHT_UP']);

export const aliveAgain: Law = {
  name: 'alive again',
  promise: 'Once the faults end, all is answered, placed, pushed and caught up in time.',
  watch(world, report) {
    const open = new Map<number, Question>();
    const pushed = new Map<number, number>();
    const checkpoints = new Map<string, bigint>();
    const standings: InstanceStanding[] = [];
    let calmAt = Infinity;
    let endedAt = 0;
    const dueBy = () => calmAt + world.setting.liveWithinMs;
    return {
      asked(question) {
        open.set(question.asked.ask, question);
      },
      replied(answered) {
        const { asked, reply } = answered;
        if (reply.kind === 'push') pushed.set(asked.ask, reply.revision);
        else open.delete(asked.ask);
        const problem = lateFailure(answered, dueBy());
        if (problem !== undefined) report(`${inWords(answered)} failed with ${problem}`);
      },
      happened(record) {
        endedAt = record.at;
        if (record.kind !== 'incident') return;
        // Faults may come again: what counts is the last calm.
        if (record.incident === 'calm') calmAt = record.at;
        else if (DISTURBING.has(record.incident)) calmAt = Infinity;
      },
      committed({ place, generation: { name, status, checkpoint } }) {
        if (status === 'LIVE') checkpoints.set(`${name} in ${place}`, checkpoint);
      },
      standing(standing) {
        standings.push(standing);
      },
      ended() {
        // A run that ends in the middle of its faults promises nothing.
        if (endedAt < dueBy()) return;
        for (const question of open.values()) {
          const problem = openProblem(world, question, pushed, dueBy());
          if (problem !== undefined) report(`${inWords(question)} ${problem}`);
        }
        for (const problem of ordersMissing(world)) report(problem);
        for (const problem of mergesMissing(world)) report(problem);
        for (const [name, checkpoint] of checkpoints) {
          const left = eventsAfter(world, checkpoint);
          if (left > 0) report(`${name} lacks the last ${left} events of the log`);
        }
        const end = world.log.events.findLast(({ stream }) => isProjected(stream))?.position;
        for (const standing of standings) {
          for (const problem of standingProblems(standing, end ?? -1n)) report(problem);
        }
      },
    };
  },
};

const DISTURBING: ReadonlySet<string> = new Set(['killed', 'frozen', 'cut']);

function lateFailure({ asked, reply }: Answered, dueBy: number): string | undefined {
  if (reply.kind !== 'failed' || asked.at < dueBy || !AWAY.has(reply.code)) return undefined;
  return `${reply.code}, although no fault was left: ${reply.words}`;
}

function openProblem(
  { log }: World,
  { asked }: Question,
  pushed: ReadonlyMap<number, number>,
  dueBy: number,
): string | undefined {
  const { ask, intent } = asked;
  if (intent.kind === 'leave cart') return undefined;
  if (intent.kind !== 'watch cart') {
    return asked.at < dueBy ? 'was never answered' : undefined;
  }
  const count = log.cartEvents(intent.cartId).length;
  const state = log.cartAfter(intent.cartId, count);
  if (state === undefined || asked.at >= dueBy) return undefined;
  const reached = pushed.get(ask) ?? intent.afterRevision ?? -1;
  return reached < state.revision
    ? `was pushed as far as revision ${reached}, and the cart is at ${state.revision}`
    : undefined;
}

function ordersMissing(world: World): string[] {
  const { log } = world;
  return log.cartIds.flatMap((cartId) => {
    const events = log.cartEvents(cartId);
    const closed = events.find(({ type }) => type === 'CartCheckedOut');
    // A cart that is not understood becomes no order: it is parked, for an operator to see.
    if (closed === undefined || isOfOthers(world, events)) return [];
    if (log.cartAfter(cartId, events.length) === undefined) return [];
    const { orderId } = closed.data as { readonly orderId: string };
    const placed = log.orderEvents(orderId).filter(({ type }) => type === 'OrderPlaced');
    return placed.length === 1 ? [] : [missing(closed, placed.length)];
  });
}

/** A cart that is not understood takes no contents: its merge is parked. */
function mergesMissing(world: World): string[] {
  const { log } = world;
  return log.cartIds.flatMap((cartId) => {
    const into = claimIn(log, cartId)?.intoCartId;
    if (into == null || isOfOthers(world, log.cartEvents(cartId))) return [];
    const takers = [into, inheritingCartIdOf(cartId)];
    const isDone = takers.some((id) =>
      log.cartEvents(id).some((event) => mergedFrom(event.data) === `cart-${cartId}`),
    );
    const isUnderstood = takers.every((id) => log.cartAfter(id, log.cartEvents(id).length));
    return isDone || !isUnderstood ? [] : [`cart-${cartId} was claimed, and joined no other`];
  });
}

/** Of those that are projected. */
function eventsAfter({ log }: World, checkpoint: bigint): number {
  return log.events.filter(({ stream, position }) => position > checkpoint && isProjected(stream))
    .length;
}

function missing({ stream }: StoredEvent, count: number): string {
  return `${stream} was checked out and has ${count} orders`;
}
