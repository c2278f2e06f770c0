// What may go wrong in the simulated store: how often each fault happens, and how often it did. Each
// draws from a source of its own, so that a run without one of them keeps all others as they were.
import type { Randomness } from '../randomness.js';

/** The chance of each, from 0 to 1, in one answer, request, page or message. */
const CHANCES = [
  /** An append is committed, and its answer never comes. */
  'answerLost',
  /** An append's answer comes so late that it was asked for again. */
  'answerLate',
  /** An append arrives a second time: soon, or after others. */
  'appendAgain',
  /** A node gets what the leader wrote much later than usual. */
  'replicationLate',
  /** A connection breaks while something is under way; some of it arrives and some does not. */
  'connectionCut',
  /** A read or a subscription falls silent for some seconds, then goes on. */
  'stalled',
  /** The store ends a subscription, with an error or without one. */
  'subscriptionDropped',
  /** A subscription gives again what came since its last checkpoint. */
  'subscriptionRepeated',
  /** A subscription never says anything again. */
  'subscriptionQuiet',
] as const;

/** How often each, a minute of virtual time. */
const A_MINUTE = [
  /** Another node leads; the one before does not know it at once. */
  'leaderMoved',
  /** One node is frozen: it takes connections, and says nothing. */
  'nodeFrozen',
  /** No node takes connections; what was on no disk is lost. */
  'storeAway',
  /** No write fits on the leader's disk. */
  'diskFull',
] as const;

/** What faults bring about. They are counted as well: a run in which none came has not seen it. */
const CONSEQUENCES = [
  /** A node that is behind answered a read or a subscription. */
  'staleAnswer',
  /** A new leader had not got events that the one before had taken; nobody was told of them. */
  'tailCut',
  /** An append was refused because of an event that was not committed yet. */
  'refusedByUncommitted',
  /** An append was recognised as one that was carried out before. */
  'repetition',
] as const;

export type Chance = (typeof CHANCES)[number];
export type PerMinute = (typeof A_MINUTE)[number];
export type StoreFault = Chance | PerMinute;
export type Happening = StoreFault | (typeof CONSEQUENCES)[number];

export const STORE_FAULTS: readonly StoreFault[] = [...CHANCES, ...A_MINUTE];
export const HAPPENINGS: readonly Happening[] = [...STORE_FAULTS, ...CONSEQUENCES];

/** What is left out does not happen. */
export type FaultRates = Readonly<Partial<Record<StoreFault, number>>>;

export class Faults {
  /** How often each has happened. */
  readonly counts = new Map<Happening, number>();
  private readonly sources = new Map<StoreFault, Randomness>();
  private isOver = false;

  /** @param told of each time that something happens */
  constructor(
    private readonly randomness: Randomness,
    private readonly rates: FaultRates,
    private readonly told: (happening: Happening) => void = () => undefined,
  ) {}

  /** Whether the fault happens now. The one who asks brings it about and counts it. */
  strikes(fault: Chance): boolean {
    const rate = this.rates[fault] ?? 0;
    return rate > 0 && !this.isOver && this.sourceOf(fault).chance(rate);
  }

  /** How long until the fault comes next, in milliseconds; undefined for never. */
  nextInMs(fault: PerMinute): number | undefined {
    const rate = this.rates[fault] ?? 0;
    if (rate <= 0 || this.isOver) return undefined;
    return Math.round((-Math.log(1 - this.sourceOf(fault).next()) * 60_000) / rate);
  }

  /** A whole number from one to another, both included. */
  between(fault: StoreFault, least: number, most: number): number {
    return least + this.sourceOf(fault).below(most - least + 1);
  }

  pick<Item>(fault: StoreFault, items: readonly Item[]): Item {
    return this.sourceOf(fault).pick(items);
  }

  count(happening: Happening): void {
    this.counts.set(happening, (this.counts.get(happening) ?? 0) + 1);
    this.told(happening);
  }

  /** From now on nothing goes wrong any more. */
  end(): void {
    this.isOver = true;
  }

  private sourceOf(fault: StoreFault): Randomness {
    const known = this.sources.get(fault);
    if (known !== undefined) return known;
    const source = this.randomness.fork(fault);
    this.sources.set(fault, source);
    return source;
  }
}
