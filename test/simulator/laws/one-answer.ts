// A repeated command has one answer for ever, wherever it is asked: once it was accepted, the same
// input gives that answer again and any other input is COMMAND_ID_REUSED.
import type { AcceptedReply, ChangeCart, RefusedReply } from '../history.js';
import { isBarred } from './claims-seen.js';
import { deedDone, deedAsked } from './deed.js';
import { type Answered, cartOf, inWords, type Law, type World } from './law.js';

interface FirstAnswer {
  readonly input: string;
  readonly reply: AcceptedReply;
}

interface Reused {
  readonly answered: Answered;
  readonly intent: ChangeCart;
}

export const oneAnswer: Law = {
  name: 'one answer',
  promise: 'A repeated command has one answer for ever, wherever it is asked.',
  watch(world, report) {
    const first = new Map<string, FirstAnswer>();
    /** The first answers that were known when a question was asked. */
    const knownThen = new Map<number, FirstAnswer>();
    const reused: Reused[] = [];
    return {
      asked({ asked: { ask, intent } }) {
        const answer = intent.kind === 'change cart' ? first.get(keyOf(intent) ?? '') : undefined;
        if (answer !== undefined) knownThen.set(ask, answer);
      },
      replied(answered) {
        const { asked, reply } = answered;
        const { ask, intent } = asked;
        const known = knownThen.get(ask);
        knownThen.delete(ask);
        if (intent.kind !== 'change cart') return;
        const key = keyOf(intent);
        if (key === undefined) return;
        if (reply.kind === 'accepted') {
          const problem = differenceFrom(first.get(key), inputOf(intent), reply);
          if (problem !== undefined) report(`${inWords(answered)}: ${problem}`);
          if (!first.has(key)) first.set(key, { input: inputOf(intent), reply });
        } else if (
          reply.kind === 'refused' &&
          !(reply.code === ABSENT && isBarred(world, intent))
        ) {
          const problem = refusalProblem(known, intent, reply);
          if (problem !== undefined) report(`${inWords(answered)}: ${problem}`);
          if (reply.code === REUSED) reused.push({ answered, intent });
        }
      },
      ended() {
        for (const one of reused) {
          const problem = reuseProblem(world, one, first.get(keyOf(one.intent) ?? ''));
          if (problem !== undefined) report(`${inWords(one.answered)}: ${problem}`);
        }
      },
    };
  },
};

const REUSED = 'COMMAND_ID_REUSED';
/** What a guest is told of a cart that a customer has claimed. */
const ABSENT = 'NOT_FOUND';

/** A key counts in one stream. */
function keyOf(intent: ChangeCart): string | undefined {
  const { commandId } = intent;
  return commandId === undefined ? undefined : `${commandId} ${cartOf(intent) ?? ''}`;
}

function inputOf({ change, expectedRevision }: ChangeCart): string {
  return JSON.stringify([change, expectedRevision]);
}

function differenceFrom(
  first: FirstAnswer | undefined,
  input: string,
  { cart, order, cartToken }: AcceptedReply,
): string | undefined {
  if (first === undefined) return undefined;
  if (first.input !== input) return `accepted, as was another input before: ${first.input}`;
  const { reply } = first;
  if (reply.cart?.revision !== cart?.revision) {
    return `answered with revision ${cart?.revision}, and with ${reply.cart?.revision} before`;
  }
  if (reply.cart?.updatedAt !== cart?.updatedAt) return 'answered with another instant than before';
  if (reply.order?.id !== order?.id) {
    return `answered with order ${order?.id}, and with ${reply.order?.id} before`;
  }
  if (cartToken !== null && reply.cartToken !== null && cartToken !== reply.cartToken) {
    return 'answered with another token than before';
  }
  return undefined;
}

/** @param known what the same key had been answered with when this was asked */
function refusalProblem(
  known: FirstAnswer | undefined,
  intent: ChangeCart,
  { code }: RefusedReply,
): string | undefined {
  if (known === undefined) return undefined;
  if (known.input === inputOf(intent)) return `refused with ${code}, but was accepted before`;
  return code === REUSED ? undefined : `refused with ${code} instead of ${REUSED}`;
}

/** A key is only said to be used when another command has used it. */
function reuseProblem(
  { log }: World,
  { intent }: Reused,
  first: FirstAnswer | undefined,
): string | undefined {
  if (first !== undefined) {
    return first.input === inputOf(intent)
      ? 'refused as reused, but it is the first input'
      : undefined;
  }
  const { commandId, cartId, change, expectedRevision } = intent;
  if (cartId === null) return undefined;
  const stored = log.cartEvents(cartId).find((event) => event.metadata.commandId === commandId);
  if (stored === undefined) return 'refused as reused, but the log has no command of that key';
  const isSameDeed = deedDone(stored.type, stored.data) === deedAsked(change);
  // The expected revision and a checkout's address are part of the input, too, and not of the deed.
  const isAllOfIt = expectedRevision === undefined && change.type !== 'CheckOut';
  return isSameDeed && isAllOfIt && !mayDiffer(intent)
    ? 'refused as reused, but the log has this very command'
    : undefined;
}

/** The log does not tell whether a line was removed or set to nothing. */
function mayDiffer({ change }: ChangeCart): boolean {
  return (
    change.type === 'RemoveItem' || (change.type === 'ChangeQuantity' && change.quantity === 0)
  );
}
