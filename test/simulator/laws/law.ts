// What a law is, and how it is judged: fed with the log, the history, the commits of the read models
// and the caches as they come, it says at once what breaks it. Fed with all of it after a run, the
// log first, it is a pure function over a recorded history.
import type { Pricing } from '../../../src/domain/cart/pricing.js';
import { cartIdOf } from '../../../src/commands/command-id.js';
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import type { Generation, Row } from '../../../src/read-models/table.js';
import type { AskedRecord, HistoryRecord, Intent, Reply } from '../history.js';
import type { SeenCart } from '../seen-cart.js';
import type { Deed, ParkedEvent } from '../outside/deeds.js';
import { LogModel } from './log-model.js';
import type { InstanceStanding } from './standing.js';

/** The rows of one generation, read back after a transaction that changed it. */
export interface RowsCommitted {
  /** Which database; several instances may share one. */
  readonly place: string;
  /** With the checkpoint of that transaction. */
  readonly generation: Generation;
  /** Rows by their key: those that the transaction wrote, or all. */
  readonly rows: ReadonlyMap<string, Row>;
  readonly isAll: boolean;
}

/** The folded state of one stream that an instance keeps in memory or in a snapshot. */
export interface CachedState {
  readonly instance: string;
  readonly stream: string;
  /** Of the last event that is folded into it. */
  readonly revision: number;
  readonly state: unknown;
}

/** What an instance reads of an encrypted text of an event when the run is over. */
export interface OpenedText {
  readonly instance: string;
  readonly stream: string;
  readonly revision: number;
  readonly keyId: string;
  /** Null where it cannot be read. */
  readonly text: string | null;
  /** Why it cannot, unless its person was erased. */
  readonly problem?: string;
}

/** A person's key that can be used when the run is over. */
export interface KeptKey {
  /** Which table has it. */
  readonly where: string;
  readonly keyId: string;
}

export interface Setting {
  readonly pricing: Pricing;
  /** When the history began, in milliseconds since 1970. */
  readonly beganAt: number;
  /** How far the clock of an instance may be from that, in milliseconds. */
  readonly clockSkewMs: number;
  /** How long after the faults have ended everything must be live and caught up. */
  readonly liveWithinMs: number;
  /**
   * What the log held before the history began, up to this position, is not of this history.
   * Default: the log was empty.
   */
  readonly othersUpTo?: bigint;
  /** Whether the laws are told of every commit of the read models. */
  readonly areCommitsSeen?: boolean;
  /** Whether the laws are told of everything that the bank and the mail server have done. */
  readonly isOutsideSeen?: boolean;
  /** Whether mails are sent. */
  readonly hasMail?: boolean;
  /** How long after the faults every order has come to its end; it is not judged unless given. */
  readonly ordersEndWithinMs?: number;
  /** After which an idle cart is abandoned; 0 or nothing: never. */
  readonly abandonAfterMs?: number;
  /** How far a read of the log may be behind it, in milliseconds; default: not at all. */
  readonly staleReadsMs?: number;
  /** Which database an instance answers queries from. */
  readonly placeOf: (instance: string) => string;
}

/** One question, and what was known when it was asked. */
export interface Question {
  readonly asked: AskedRecord;
  /** The newest revision of the cart that anybody had been shown; −1 for none. */
  readonly shownBefore: number;
}

/** What all laws may look at. */
export interface World {
  readonly setting: Setting;
  readonly log: LogModel;
  /** Ids of events that others have written, or that were there before the history began. */
  readonly foreign: ReadonlySet<string>;
}

/** Whether a stream was there before the history began. */
export function isOfOthers(
  { setting: { othersUpTo = NOTHING } }: Pick<World, 'setting'>,
  events: readonly StoredEvent[],
): boolean {
  const [first] = events;
  return first !== undefined && first.position <= othersUpTo;
}

/** A question that got a reply. */
export interface Answered extends Question {
  readonly reply: Reply;
  /** In milliseconds since the history began. */
  readonly at: number;
}

export interface LawWatch {
  /** The log, which the world shows already, has one more event. */
  stored?(event: StoredEvent): void;
  asked?(question: Question): void;
  replied?(answered: Answered): void;
  happened?(record: HistoryRecord): void;
  committed?(commit: RowsCommitted): void;
  cached?(state: CachedState): void;
  /** Once everything should be well. */
  standing?(standing: InstanceStanding): void;
  /** Something happened outside, at once. */
  did?(deed: Deed): void;
  /** What is parked when the run is over. */
  parked?(event: ParkedEvent): void;
  /** When the run is over: what is left of people. */
  opened?(text: OpenedText): void;
  kept?(key: KeptKey): void;
  /** The run is over, and all of the log was shown. */
  ended?(): void;
}

export interface Law {
  readonly name: string;
  /** What it holds, in one sentence. */
  readonly promise: string;
  watch(world: World, report: (words: string) => void): LawWatch;
}

/** A law that does not hold, and where that shows. */
export interface Breach {
  readonly law: string;
  readonly words: string;
}

/** A position that no event has. */
const NOTHING = -1n;
/** Enough to see what is wrong. */
const MAX_BREACHES = 100;

export class Judge {
  private readonly found: Breach[] = [];
  private readonly log = new LogModel();
  private readonly foreign = new Set<string>();
  private readonly questions = new Map<number, Question>();
  private readonly shown = new Map<string, number>();
  private readonly watches: readonly LawWatch[];
  private readonly othersUpTo: bigint;

  constructor(laws: readonly Law[], setting: Setting) {
    this.othersUpTo = setting.othersUpTo ?? NOTHING;
    const world: World = { setting, log: this.log, foreign: this.foreign };
    this.watches = laws.map((law) =>
      law.watch(world, (words) => {
        if (this.found.length < MAX_BREACHES) this.found.push({ law: law.name, words });
      }),
    );
  }

  /** What the log holds, as far as it was shown. */
  get seenLog(): LogModel {
    return this.log;
  }

  get breaches(): readonly Breach[] {
    return this.found;
  }

  /** That somebody else is about to write an event, which is no fault of the service. */
  foretold(eventId: string): void {
    this.foreign.add(eventId);
  }

  /** Events in the order of the log. */
  stored(event: StoredEvent): void {
    if (event.position <= this.othersUpTo) this.foretold(event.id);
    this.log.add(event);
    for (const watch of this.watches) watch.stored?.(event);
  }

  happened(record: HistoryRecord): void {
    if (record.kind === 'asked') this.asked(record);
    if (record.kind === 'replied') this.replied(record.ask, record.reply, record.at);
    for (const watch of this.watches) watch.happened?.(record);
  }

  committed(commit: RowsCommitted): void {
    for (const watch of this.watches) watch.committed?.(commit);
  }

  cached(state: CachedState): void {
    for (const watch of this.watches) watch.cached?.(state);
  }

  standing(standing: InstanceStanding): void {
    for (const watch of this.watches) watch.standing?.(standing);
  }

  did(deed: Deed): void {
    for (const watch of this.watches) watch.did?.(deed);
  }

  parked(event: ParkedEvent): void {
    for (const watch of this.watches) watch.parked?.(event);
  }

  opened(text: OpenedText): void {
    for (const watch of this.watches) watch.opened?.(text);
  }

  kept(key: KeptKey): void {
    for (const watch of this.watches) watch.kept?.(key);
  }

  ended(): readonly Breach[] {
    for (const watch of this.watches) watch.ended?.();
    return this.found;
  }

  private asked(asked: AskedRecord): void {
    const { intent } = asked;
    if (intent.kind === 'write foreign') this.foretold(intent.eventId);
    const shownBefore = this.shown.get(cartOf(intent) ?? '') ?? -1;
    const question = { asked, shownBefore };
    this.questions.set(asked.ask, question);
    for (const watch of this.watches) watch.asked?.(question);
  }

  private replied(ask: number, reply: Reply, at: number): void {
    const question = this.questions.get(ask);
    if (question === undefined) throw new RangeError(`Nothing was asked under ${ask}`);
    for (const watch of this.watches) watch.replied?.({ ...question, reply, at });
    const cart = shownIn(reply);
    if (cart !== null && cart.revision > (this.shown.get(cart.id) ?? -1)) {
      this.shown.set(cart.id, cart.revision);
    }
    // Only a watch is answered more than once.
    if (question.asked.intent.kind !== 'watch cart') this.questions.delete(ask);
  }
}

/** The cart that an intent is about, if that is known before it is answered. */
export function cartOf(intent: Intent): string | undefined {
  switch (intent.kind) {
    case 'change cart':
      if (intent.cartId !== null) return intent.cartId;
      return intent.commandId === undefined ? undefined : cartIdOf(intent.commandId);
    case 'query cart':
    case 'read past':
    case 'watch cart':
      return intent.cartId;
    default:
      return undefined;
  }
}

/** The cart that a reply shows. */
export function shownIn(reply: Reply): SeenCart | null {
  return 'cart' in reply ? reply.cart : null;
}

/** A question in a few words, by which it is found in the history. */
export function inWords({ asked }: Question): string {
  const { ask, client, intent } = asked;
  const at = 'instance' in intent ? ` at ${intent.instance}` : '';
  const what = intent.kind === 'change cart' ? intent.change.type : intent.kind;
  return `ask ${ask} (${client}${at}: ${what} ${cartOf(intent) ?? ''})`;
}
