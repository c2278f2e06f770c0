// What a seed stands for: how many instances and clients, which faults and how often. Many runs have
// only a few kinds of fault, for a run with all of them mostly shows that nothing gets through.
import type { Randomness } from './randomness.js';
import type { RowFaultRates } from './rows/simulated-database.js';
import { OUTSIDE_FAULTS, type OutsideFault, type OutsideRates } from './outside/faults.js';
import { type FaultRates, STORE_FAULTS, type StoreFault } from './store/faults.js';

/** What befalls instances and their databases, so often a minute of virtual time. */
export const INCIDENTS = [
  /** An instance is killed, and starts again after a while. */
  'killed',
  /** An instance stands still, then goes on with what it knew. */
  'frozen',
  /** The clock of an instance goes another way, forwards or back. */
  'clockMoved',
  /** A database of read models does not answer. */
  'rowsAway',
  /** There is no room in a database of read models. */
  'rowsFull',
  /** An instance loses its hold of the projector's role, and of the lock of its claims. */
  'roleLost',
] as const;

export type Incident = (typeof INCIDENTS)[number];
export type RowFault = keyof RowFaultRates;
type InsideFault = StoreFault | Incident | RowFault;
export type Fault = InsideFault | OutsideFault;

/** Those of the shop, its store and its databases. */
export const INSIDE_FAULTS: readonly InsideFault[] = [
  ...STORE_FAULTS,
  ...INCIDENTS,
  'commitAnswerLost',
];
export const FAULTS: readonly Fault[] = [...INSIDE_FAULTS, ...OUTSIDE_FAULTS];

export interface Scenario {
  readonly instances: number;
  /** Whether all instances share one database of read models, as they share Postgres. */
  readonly isShared: boolean;
  readonly households: number;
  readonly storeNodes: 1 | 3;
  readonly hasIntruder: boolean;
  /** How busy the operator is, in comparison with an ordinary day. */
  readonly operatorZeal: number;
  /** Whether orders are paid: then people buy, and staff ship, cancel and refund. */
  readonly hasPayments: boolean;
  /** Whether guests sign in and bring their carts along. */
  readonly hasClaims: boolean;
  /** Lines of the carts that somebody fills at once; 0: nobody does. */
  readonly bulkLines: number;
  /** Whether orders are taxed and shipped, where they are paid. */
  readonly hasDelivery: boolean;
  /** Whether what is known of people is encrypted, and people are erased, where orders are paid. */
  readonly hasErasures: boolean;
  /** After which an idle cart is abandoned, in milliseconds; 0: never. */
  readonly abandonAfterMs: number;
  readonly rates: Readonly<Partial<Record<Fault, number>>>;
}

/** At most: a chance for what happens in a message, else so often a minute. */
const MOST: Readonly<Record<Fault, number>> = {
  answerLost: 0.15,
  answerLate: 0.1,
  appendAgain: 0.15,
  replicationLate: 0.15,
  connectionCut: 0.03,
  stalled: 0.03,
  subscriptionDropped: 0.05,
  subscriptionRepeated: 0.1,
  subscriptionQuiet: 0.02,
  leaderMoved: 60,
  nodeFrozen: 40,
  storeAway: 30,
  diskFull: 20,
  killed: 120,
  frozen: 60,
  clockMoved: 120,
  rowsAway: 40,
  rowsFull: 40,
  roleLost: 60,
  commitAnswerLost: 0.1,
  gatewayLost: 0.2,
  gatewayAnswerLost: 0.3,
  gatewayLate: 0.2,
  gatewayAgain: 0.5,
  gatewayGarbage: 0.2,
  gatewayFails: 0.3,
  mailAway: 0.3,
  mailAnswerLost: 0.4,
  webhookAway: 0.2,
  webhookFails: 0.2,
  webhookRedirects: 0.1,
  webhookHangs: 0.1,
  webhookCloses: 0.2,
  webhookGarbage: 0.2,
  webhookAgain: 0.3,
  webhookMisled: 0.1,
};

/** How many of the runs have carts of hundreds of lines, which take long. */
const BULK = 0.001;
const BULK_LINES = [150, 300, 600];
const MOST_INSTANCES_WITH_BULK = 2;
/** How many have taxes and shipping, of those where orders are paid. */
const DELIVERING = 0.4;
/** How many of the runs have claims of carts. */
const CLAIMING = 0.35;
/** How many have erasures, of those where orders are paid. */
const ERASING = 0.5;
/** How many of the runs have payments: they take longer than the others. */
const PAYING = 0.15;
/** An order takes many steps to its end. A store that is mostly away would let none come that far. */
const EASES = [0.1, 0.3, 1];
/** What is outside fails in every one of them. */
const OUTSIDE_SHARES = [0.3, 0.5, 0.8];

/**
 * @param asked whether orders are paid, in place of what the seed decides
 */
export function scenarioOf(randomness: Randomness, asked?: boolean): Scenario {
  const drawnInstances = randomness.pick([1, 1, 2, 2, 2, 3, 3, 4]);
  const share = randomness.pick([0, 0.15, 0.3, 0.5, 0.8]);
  const chosen = INSIDE_FAULTS.map((fault) => drawn(fault, share, randomness));
  const more = randomness.fork('more people');
  const bulk = randomness.fork('bulk');
  const bulkLines = bulk.chance(BULK) ? bulk.pick(BULK_LINES) : 0;
  const instances =
    bulkLines > 0 ? Math.min(MOST_INSTANCES_WITH_BULK, drawnInstances) : drawnInstances;
  const base: Omit<Scenario, 'hasPayments' | 'abandonAfterMs' | 'rates'> = {
    instances,
    isShared: instances > 1 && randomness.chance(0.5),
    households: 1 + randomness.below(3),
    storeNodes: randomness.chance(0.7) ? 3 : 1,
    hasIntruder: randomness.chance(0.4),
    operatorZeal: randomness.pick([1, 1, 10]),
    hasClaims: more.chance(CLAIMING),
    hasDelivery: more.chance(DELIVERING),
    hasErasures: randomness.fork('erasures').chance(ERASING),
    bulkLines,
  };
  // Chance of its own, so that runs without payments are what they were before there were any.
  const paying = randomness.fork('payments');
  const isDrawn = paying.chance(PAYING);
  const hasPayments = asked ?? isDrawn;
  const abandonAfterMs = paying.pick([0, 0, 1_000, 4_000]);
  if (!hasPayments) return { ...base, hasPayments, abandonAfterMs, rates: ratesOf(chosen) };
  const ease = paying.pick(EASES);
  const outsideShare = paying.pick(OUTSIDE_SHARES);
  const inside = chosen.map(([fault, rate]) => [fault, rate * ease] as const);
  const outside = OUTSIDE_FAULTS.map((fault) => drawn(fault, outsideShare, paying));
  return { ...base, hasPayments, abandonAfterMs, rates: ratesOf([...inside, ...outside]) };
}

function ratesOf(drawnRates: readonly (readonly [Fault, number])[]): Scenario['rates'] {
  return Object.fromEntries(drawnRates.filter(([, rate]) => rate > 0));
}

/** A rate of 0 means that a run has no such fault. */
function drawn(fault: Fault, share: number, randomness: Randomness): readonly [Fault, number] {
  const isChosen = randomness.chance(share);
  const rate = MOST[fault] * randomness.pick([0.1, 0.3, 1]);
  return [fault, isChosen ? rate : 0];
}

export function storeRatesOf({ rates }: Scenario): FaultRates {
  return Object.fromEntries(STORE_FAULTS.flatMap((fault) => rated(fault, rates[fault])));
}

export function rowRatesOf({ rates }: Scenario): RowFaultRates {
  return { commitAnswerLost: rates.commitAnswerLost ?? 0 };
}

export function outsideRatesOf({ rates }: Scenario): OutsideRates {
  return Object.fromEntries(OUTSIDE_FAULTS.map((fault) => [fault, rates[fault] ?? 0]));
}

function rated(fault: StoreFault, rate: number | undefined): [StoreFault, number][] {
  return rate === undefined ? [] : [[fault, rate]];
}
