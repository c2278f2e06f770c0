// Limits the work of one request while it runs: fields shown, bytes shown, and history events read.
// Each caller also has a number of history events per second.
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Meter } from '../time-travel/meter.js';
import { ApiError, rateLimited } from './api-error.js';

export interface RequestLimits {
  /** Fields of all rows; a cart of 1,000 lines with every field has about 27,000. */
  readonly fields: number;
  readonly bytes: number;
  /** History events that one request may read. */
  readonly events: number;
  /** History events that one caller may read per second. */
  readonly eventsPerSecond: number;
}

export const requestLimits: RequestLimits = {
  fields: 50_000,
  bytes: 4 * 1024 * 1024,
  events: 12_000,
  eventsPerSecond: 20_000,
};

/** Pricing a line costs as much as showing this many fields. */
const fieldsPerPricedLine = 4;

/** Counts the history events that each caller has read in the current second. */
export class HistoryAllowance {
  private readonly read: RateLimiterMemory;

  constructor(readonly limits: RequestLimits = requestLimits) {
    this.read = new RateLimiterMemory({ points: limits.eventsPerSecond, duration: 1 });
  }

  /** The budget of one request of this caller. */
  budgetOf(caller: string): RequestBudget {
    return new RequestBudget(caller, this);
  }

  /** @throws ApiError RATE_LIMITED for a caller who has used up the current second */
  async demand(caller: string): Promise<void> {
    const seen = await this.read.get(caller);
    if (seen === null || seen.consumedPoints < this.limits.eventsPerSecond) return;
    const waitSeconds = Math.max(1, Math.ceil(seen.msBeforeNext / 1_000));
    throw rateLimited('You have read too many history events. Try again later.', waitSeconds);
  }

  async add(caller: string, events: number): Promise<void> {
    if (events > 0) await this.read.penalty(caller, events);
  }
}

type Counted = 'fields' | 'bytes' | 'events';

export class RequestBudget implements Meter {
  private spent = { fields: 0, bytes: 0, events: 0 };
  private lastReading: Promise<unknown> = Promise.resolve();
  private readonly answers = new Map<string, Promise<unknown>>();

  constructor(
    private readonly caller: string,
    private readonly allowance: HistoryAllowance,
  ) {}

  /**
   * Call this before they are shown.
   *
   * @throws ApiError QUERY_TOO_COMPLEX
   */
  show(fields: number, bytes: number): void {
    this.spend('fields', fields);
    this.spend('bytes', bytes);
  }

  /** @throws ApiError QUERY_TOO_COMPLEX after a limit was passed */
  demandRest(): void {
    this.show(0, 0);
    this.spend('events', 0);
  }

  onEvent(): void {
    this.spend('events', 1);
  }

  /** Call this before the total of a cart with this many lines is computed, and nothing else. */
  onTotal(lines: number): void {
    this.spend('fields', lines);
  }

  onCart(lines: number): void {
    this.spend('fields', lines * fieldsPerPricedLine);
  }

  /**
   * Reads history within the limits of the request and its caller.
   *
   * @throws ApiError QUERY_TOO_COMPLEX, RATE_LIMITED
   */
  history<Result>(read: (meter: Meter) => Promise<Result>): Promise<Result> {
    // Reads run one at a time, so that none starts after a limit is reached.
    const reading = this.lastReading.then(() => this.readHistory(read));
    this.lastReading = reading.catch(() => undefined);
    return reading;
  }

  /** Computes each distinct question once for a request. */
  once<Result>(question: readonly unknown[], find: () => Promise<Result>): Promise<Result> {
    const key = JSON.stringify(question);
    const known = this.answers.get(key) as Promise<Result> | undefined;
    if (known !== undefined) return known;
    const finding = find();
    this.answers.set(key, finding);
    return finding;
  }

  /** Each push of a subscription gets a new budget. */
  renew(): void {
    this.spent = { fields: 0, bytes: 0, events: 0 };
    this.answers.clear();
  }

  private async readHistory<Result>(read: (meter: Meter) => Promise<Result>): Promise<Result> {
    this.demandRest();
    await this.allowance.demand(this.caller);
    let events = 0;
    const onEvent = () => {
      events += 1;
      this.onEvent();
    };
    try {
      return await read({ onEvent, onCart: (lines) => this.onCart(lines) });
    } finally {
      await this.allowance.add(this.caller, events);
    }
  }

  private spend(what: Counted, amount: number): void {
    this.spent[what] += amount;
    const limit = this.allowance.limits[what];
    if (this.spent[what] <= limit) return;
    const message = `The request asks for more than ${limit} ${what}. Ask for fewer rows: see first.`;
    throw new ApiError('QUERY_TOO_COMPLEX', message, {
      limit: what,
      maximum: limit,
      counted: this.spent[what],
    });
  }
}
