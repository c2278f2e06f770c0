// A claim makes a guest's cart the customer's: once, with every line that both carts held, neither
// lost nor doubled. From then on the guest's token shows and changes nothing.
import { inheritingCartIdOf } from '../../../src/commands/command-id.js';
import type { CartMerged } from '../../../src/domain/cart/lifecycle-events.js';
import { defaultCartLimits } from '../../../src/domain/cart/limits.js';
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import type { AcceptedReply, ClaimGuestsCart, Reply } from '../history.js';
import { claimIn, claimOf, isGuests, type StoredClaim } from './claims-seen.js';
import { type Answered, inWords, type Law, shownIn, type World } from './law.js';
import { CART } from './log-model.js';
import { countOf, joined, type Units, unitsIn } from './units.js';

export const claimedOnce: Law = {
  name: 'claimed once',
  promise: "A claimed cart is its customer's alone, once, with every line that both carts held.",
  watch(world, report) {
    const { foreign } = world;
    const asked = new Set<string>();
    const merges = new Merges(world);
    const claims: StoredEvent[] = [];
    return {
      asked({ asked: { intent } }) {
        if (intent.kind === 'claim cart') asked.add(keyOf(intent));
      },
      stored(event) {
        if (foreign.has(event.id) || !event.stream.startsWith(CART)) return;
        if (event.type === 'CartClaimed') claims.push(event);
        const problem = claimProblem(world, event) ?? merges.problem(event);
        if (problem !== undefined) report(`${event.stream}@${event.revision}: ${problem}`);
      },
      replied(answered) {
        const { intent } = answered.asked;
        const problem =
          intent.kind === 'claim cart'
            ? answerProblem(world, intent, answered)
            : guestProblem(world, answered);
        if (problem !== undefined) report(`${inWords(answered)} ${problem}`);
      },
      ended() {
        for (const event of claims) {
          const { customerId, strategy, commandId = '' } = claimOf(event);
          const cartId = event.stream.slice(CART.length);
          const isAsked = asked.has(keyOf({ cartId, customerId, strategy, commandId }));
          if (!isAsked) report(`${event.stream}@${event.revision}: nobody asked for this claim`);
        }
      },
    };
  },
};

/** Apart from the other promises of claims: a refusal is decided on a read, which may be stale. */
export const oneClaimAnswer: Law = {
  name: 'one answer to a claim',
  promise: 'A repeated claim is answered as it was first.',
  watch(_world, report) {
    const accepted = new Map<string, string>();
    /** What the same claim had been answered when it was asked again. */
    const knownThen = new Map<number, string>();
    return {
      asked({ asked: { ask, intent } }) {
        if (intent.kind !== 'claim cart') return;
        const known = accepted.get(keyOf(intent));
        if (known !== undefined) knownThen.set(ask, known);
      },
      replied(answered) {
        const { reply, asked } = answered;
        if (asked.intent.kind !== 'claim cart') return;
        const problem = repetitionProblem(reply, knownThen.get(asked.ask));
        if (problem !== undefined) report(`${inWords(answered)} ${problem}`);
        if (reply.kind === 'accepted') accepted.set(keyOf(asked.intent), answerOf(reply));
      },
    };
  },
};

function repetitionProblem(reply: Reply, known: string | undefined): string | undefined {
  if (known === undefined) return undefined;
  if (reply.kind === 'refused') return `was refused with ${reply.code}, and accepted before`;
  return reply.kind === 'accepted' && known !== answerOf(reply)
    ? `was answered with ${answerOf(reply)}, and with ${known} before`
    : undefined;
}

type Key = Pick<ClaimGuestsCart, 'cartId' | 'customerId' | 'strategy' | 'commandId'>;

function keyOf({ cartId, customerId, strategy, commandId }: Key): string {
  return [cartId, customerId, strategy, commandId].join(' ');
}

function answerOf({ cart }: AcceptedReply): string {
  return `${cart?.id}@${cart?.revision}`;
}

/** Of an event in the stream of a cart that was a guest's. */
function claimProblem({ log }: World, event: StoredEvent): string | undefined {
  const { stream, revision, type, metadata } = event;
  const cartId = stream.slice(CART.length);
  const claim = claimIn(log, cartId);
  if (claim === undefined || revision < claim.revision) return undefined;
  if (revision > claim.revision) {
    if (type === 'CartClaimed') return 'claimed again';
    if (claim.intoCartId !== null) return `${type}, although it is part of another cart`;
    return metadata.actor?.kind === 'guest' ? `${type} by a guest after the claim` : undefined;
  }
  const before = log.cartAfter(cartId, revision);
  const after = log.cartAfter(cartId, revision + 1);
  if (before === undefined || after === undefined) return undefined;
  if (before.status === 'ABSENT' || after.status === 'ABSENT') return 'there was no cart';
  if (before.customerId !== null) return `claimed, although it was of ${before.customerId}`;
  if (after.customerId !== claim.customerId) return `it is of ${after.customerId} now`;
  if (after.tokenHash === before.tokenHash) return "the guest's token stays";
  return takerProblem(log, claim);
}

function takerProblem(log: World['log'], { intoCartId, customerId }: StoredClaim) {
  if (intoCartId === null) return undefined;
  const taker = log.cartAfter(intoCartId, log.cartEvents(intoCartId).length);
  if (taker === undefined) return undefined;
  const isTheirs = taker.status !== 'ABSENT' && taker.customerId === customerId;
  return isTheirs ? undefined : `it goes to ${intoCartId}, which is not of ${customerId}`;
}

class Merges {
  private readonly done = new Set<string>();

  constructor(private readonly world: World) {}

  problem({ stream, revision, type, data }: StoredEvent): string | undefined {
    if (type !== 'CartMerged') return undefined;
    const merge = data as CartMerged['data'];
    const { fromCartId } = merge;
    if (this.done.has(fromCartId)) return `${fromCartId} was merged before`;
    this.done.add(fromCartId);
    const { log } = this.world;
    const into = stream.slice(CART.length);
    const claim = claimIn(log, fromCartId);
    if (claim?.intoCartId == null || claim.revision !== merge.fromRevision) {
      return `${fromCartId} was merged, and not claimed for it`;
    }
    if (claim.strategy !== merge.strategy) return `merged by ${merge.strategy}`;
    if (into !== claim.intoCartId && into !== inheritingCartIdOf(fromCartId)) {
      return `${fromCartId} was claimed for ${claim.intoCartId}`;
    }
    const [guests, before, after] = [
      log.cartAfter(fromCartId, claim.revision),
      log.cartAfter(into, revision),
      log.cartAfter(into, revision + 1),
    ];
    if (guests === undefined || before === undefined || after === undefined) return undefined;
    return lineProblem(merge, unitsIn(guests), unitsIn(before), unitsIn(after));
  }
}

type UnitsBySku = ReadonlyMap<string, Units>;

function lineProblem(
  { strategy, lines }: CartMerged['data'],
  guests: UnitsBySku,
  before: UnitsBySku,
  after: UnitsBySku,
): string | undefined {
  const limited = new Set(lines.filter(({ refusal }) => refusal !== null).map(({ sku }) => sku));
  const { maxLines, maxUnitsPerLine } = defaultCartLimits;
  for (const sku of new Set([...guests.keys(), ...before.keys(), ...after.keys()])) {
    const [guest, own] = [guests.get(sku), before.get(sku)];
    if (limited.has(sku)) {
      const isFull = guests.size + before.size > maxLines;
      if (!isFull && countOf(guest) + countOf(own) <= maxUnitsPerLine) return `${sku} has room`;
      continue;
    }
    const [due, found] = [joined(strategy, guest, own), after.get(sku)];
    const inWordsOf = (units: Units = new Map()) =>
      [...units]
        .map(([price, count]) => `${count} at ${price}`)
        .sort()
        .join(', ');
    if (inWordsOf(due) !== inWordsOf(found)) {
      return `${sku}: ${inWordsOf(found)}, where ${inWordsOf(due)} were to be`;
    }
  }
  return undefined;
}

function answerProblem(
  { log }: World,
  intent: ClaimGuestsCart,
  { reply }: Answered,
): string | undefined {
  if (reply.kind !== 'accepted') return undefined;
  const { cart } = reply;
  const claim = claimIn(log, intent.cartId);
  if (claim?.commandId !== intent.commandId || claim.customerId !== intent.customerId) {
    return 'was accepted, but the log has no such claim';
  }
  if (cart === null) return 'was accepted, and answered with no cart';
  const takers = [claim.intoCartId ?? intent.cartId, inheritingCartIdOf(intent.cartId)];
  if (!takers.includes(cart.id)) return `was answered with ${cart.id}`;
  const state = log.cartAt(cart.id, cart.revision);
  return state === undefined || state.customerId === intent.customerId
    ? undefined
    : `was answered with a cart of ${state.customerId}`;
}

/** Nobody is shown by the guest's token what a cart was from its claim on. */
function guestProblem({ log }: World, { asked: { intent }, reply }: Answered): string | undefined {
  const cart = shownIn(reply);
  if (cart === null || !isGuests(intent)) return undefined;
  const claim = claimIn(log, cart.id);
  return claim !== undefined && cart.revision >= claim.revision
    ? `was shown revision ${cart.revision} of a cart that was claimed at ${claim.revision}`
    : undefined;
}
