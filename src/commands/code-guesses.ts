// Limits guesses of coupon codes: five wrong codes a minute for each cart, caller and address.
// rate-limiter-flexible does the same, but on the real clock alone.
import { LRUCache } from 'lru-cache';
import type { CartState } from '../domain/cart/state.js';
import { couponInvalid } from '../domain/cart/rejections.js';
import type { Rejection } from '../domain/rejection.js';
import { type CommandOutcome, refused } from './command-context.js';
import type { Time } from '../waiting/time.js';
import { rateLimited } from './rejections.js';

const MOST_WRONG = 5;
const WINDOW_MS = 60_000;
const MOST_COUNTED = 100_000;

/** Wrong codes within a minute that began with the first of them. */
interface WrongCodes {
  readonly until: number;
  wrong: number;
}

export class CodeGuesses {
  private readonly counted = new LRUCache<string, WrongCodes>({
    // By size: with a number of entries alone it takes the room for all of them at once.
    maxSize: MOST_COUNTED,
    sizeCalculation: () => 1,
  });

  constructor(private readonly time: Pick<Time, 'monotonicMs'>) {}

  /** Whether one of these has used up its guesses. */
  mustWait(guessers: readonly string[]): boolean {
    return guessers.some((guesser) => this.wrongOf(guesser).wrong > MOST_WRONG);
  }

  /** Counts a wrong code for each of these; true when one of them exceeds the limit. */
  countWrong(guessers: readonly string[]): boolean {
    for (const guesser of guessers) {
      const counted = this.wrongOf(guesser);
      counted.wrong += 1;
      this.counted.set(guesser, counted);
    }
    return this.mustWait(guessers);
  }

  private wrongOf(guesser: string): WrongCodes {
    const now = this.time.monotonicMs();
    const counted = this.counted.get(guesser);
    if (counted !== undefined && counted.until > now) return counted;
    return { until: now + WINDOW_MS, wrong: 0 };
  }
}

/** One command that applies a coupon. It counts as one guess even when it is decided twice. */
export class CodeGuess {
  private counted: boolean | undefined;

  /** @param guessers the cart, and the keys of the caller across all carts */
  constructor(
    private readonly guesses: CodeGuesses,
    private readonly guessers: readonly string[],
    private readonly isKnown: () => Promise<boolean>,
  ) {}

  readonly admit = async (): Promise<Rejection | undefined> => {
    const { guesses, guessers } = this;
    if (this.counted === undefined && guesses.mustWait(guessers)) return rateLimited;
    const isWrong = this.counted !== undefined || !(await this.isKnown());
    // Concurrent guesses for other carts have been counted by now.
    const mustWait = isWrong ? this.countWrong() : guesses.mustWait(guessers);
    return mustWait ? rateLimited : undefined;
  };

  readonly review = (outcome: CommandOutcome<CartState>): Promise<CommandOutcome<CartState>> => {
    const isWrong = !outcome.accepted && outcome.rejection.code === couponInvalid.code;
    return Promise.resolve(isWrong && this.countWrong() ? refused(rateLimited) : outcome);
  };

  private countWrong(): boolean {
    return (this.counted ??= this.guesses.countWrong(this.guessers));
  }
}
