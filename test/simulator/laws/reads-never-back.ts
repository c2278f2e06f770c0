// Reads never go back behind what somebody was told: a query with minRevision shows at least that,
// what reads the log shows everything that anybody was shown before, and one database of read
// models never shows less of a cart than it did.
import type { CartReply, PushReply, RefusedReply } from '../history.js';
import { isBarred } from './claims-seen.js';
import {
  type Answered,
  cartOf,
  inWords,
  type Law,
  type RowsCommitted,
  shownIn,
  type World,
} from './law.js';

export const readsNeverBack: Law = {
  name: 'reads never back',
  promise: 'No read is behind minRevision, behind what was shown before, or behind its own past.',
  watch(world, report) {
    const queries = new QueriesForward(world);
    const begun = new Set<number>();
    return {
      asked({ asked }) {
        queries.asked(asked.ask, asked.intent);
      },
      committed(commit) {
        queries.committed(commit);
      },
      replied(answered) {
        const { asked, reply } = answered;
        let problem: string | undefined;
        if (reply.kind === 'cart' && reply.cart === null && isBarred(world, asked.intent)) {
          queries.forget(asked.ask);
        } else if (reply.kind === 'cart') {
          problem = readProblem(world, answered, reply) ?? queries.replied(answered);
        } else if (reply.kind === 'refused') problem = refusedProblem(answered, reply);
        else if (reply.kind === 'push' && !begun.has(asked.ask)) {
          begun.add(asked.ask);
          problem = firstPushProblem(answered, reply);
        }
        if (problem !== undefined) report(`${inWords(answered)}: ${problem}`);
      },
    };
  },
};

function readProblem(
  { log }: World,
  { asked: { intent }, shownBefore }: Answered,
  { cart }: CartReply,
): string | undefined {
  if (intent.kind === 'query cart') {
    const { minRevision } = intent;
    if (cart === null)
      return shownBefore >= 0 ? 'no such cart, but it was shown before' : undefined;
    const isBehind = minRevision !== undefined && cart.revision < minRevision;
    return isBehind ? `revision ${cart.revision} where ${minRevision} was the least` : undefined;
  }
  if (intent.kind !== 'read past' || !('revision' in intent.at)) return undefined;
  const { revision } = intent.at;
  if (revision > shownBefore) return undefined;
  // An event of an unknown type leaves the cart as the one before it did.
  const state = log.cartAfter(intent.cartId, revision + 1);
  if (state === undefined || state.status === 'ABSENT') return undefined;
  return cart === null ? `no revision ${revision}, but ${shownBefore} was shown before` : undefined;
}

/** With a refusal goes the cart as the log has it. */
function refusedProblem(
  { shownBefore }: Answered,
  { cart, currentRevision }: RefusedReply,
): string | undefined {
  if (cart !== null && cart.revision < shownBefore) {
    return `shown revision ${cart.revision}, but ${shownBefore} was shown before`;
  }
  if (currentRevision !== undefined && currentRevision < shownBefore) {
    return `told that it is at ${currentRevision}, but ${shownBefore} was shown before`;
  }
  return undefined;
}

function firstPushProblem(
  { asked: { intent }, shownBefore }: Answered,
  { cart, event }: PushReply,
): string | undefined {
  const isFresh = intent.kind === 'watch cart' && intent.afterRevision === undefined;
  if (!isFresh || event !== null || cart.revision >= shownBefore) return undefined;
  return `begun with revision ${cart.revision}, but ${shownBefore} was shown before`;
}

/** What queries without minRevision have shown of each cart, by the database that was asked. */
class QueriesForward {
  private readonly shown = new Map<string, number>();
  /** The newest revision in the rows of each database. */
  private readonly rows = new Map<string, number>();
  private readonly shownThen = new Map<number, number>();

  constructor(private readonly world: World) {}

  asked(ask: number, intent: Answered['asked']['intent']): void {
    if (intent.kind !== 'query cart') return;
    this.shownThen.set(ask, this.shown.get(this.placeOf(intent)) ?? -1);
  }

  forget(ask: number): void {
    this.shownThen.delete(ask);
  }

  replied({ asked: { ask, intent }, reply }: Answered): string | undefined {
    if (intent.kind !== 'query cart') return undefined;
    const before = this.shownThen.get(ask) ?? -1;
    this.shownThen.delete(ask);
    const revision = shownIn(reply)?.revision ?? -1;
    const place = this.placeOf(intent);
    const ofRows = Math.min(revision, this.rowAt(place));
    this.shown.set(place, Math.max(ofRows, this.shown.get(place) ?? -1));
    return revision < before ? `revision ${revision}, after ${before} was shown there` : undefined;
  }

  committed({ place, generation: { name, status }, rows }: RowsCommitted): void {
    if (name !== 'cart' || status !== 'LIVE') return;
    for (const [cartId, { state }] of rows) {
      const { revision } = state as { readonly revision: number };
      this.rows.set(`${place} ${cartId}`, revision);
    }
  }

  /** Before a cart has its row it is shown as the instance knows it, which is not the database's. */
  private rowAt(place: string): number {
    const { areCommitsSeen = false } = this.world.setting;
    return this.rows.get(place) ?? (areCommitsSeen ? -1 : Infinity);
  }

  private placeOf(intent: Extract<Answered['asked']['intent'], { kind: 'query cart' }>): string {
    return `${this.world.setting.placeOf(intent.instance)} ${cartOf(intent) ?? ''}`;
  }
}
