// Limits guesses of coupon codes: five wrong codes a minute for each cart, caller and address.
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { CartState } from '../domain/cart/state.js';
import { couponInvalid } from '../domain/cart/rejections.js';
import type { Rejection } from '../domain/rejection.js';
import { type CommandOutcome, refused } from './command-context.js';
import { rateLimited } from './rejections.js';

const points = 5;
const durationSeconds = 60;

export class CodeGuesses {
  private readonly wrong = new RateLimiterMemory({ points, duration: durationSeconds });

  /** Whether one of these has used up its guesses. */
  async mustWait(guessers: readonly string[]): Promise<boolean> {
    const seen = await Promise.all(guessers.map((guesser) => this.wrong.get(guesser)));
    return seen.some((each) => each !== null && each.consumedPoints > points);
  }

  /** Counts a wrong code for each of these; true when one of them exceeds the limit. */
  async countWrong(guessers: readonly string[]): Promise<boolean> {
    const over = await Promise.all(guessers.map((guesser) => this.count(guesser)));
    return over.includes(true);
  }

  private async count(guesser: string): Promise<boolean> {
    try {
      await this.wrong.consume(guesser);
      return false;
    } catch (error) {
      if (error instanceof RateLimiterRes) return true;
      throw error;
    }
  }
}

/** One command that applies a coupon. It counts as one guess even when it is decided twice. */
export class CodeGuess {
  private counted: Promise<boolean> | undefined;

  /** @param guessers the cart, and the keys of the caller across all carts */
  constructor(
    private readonly guesses: CodeGuesses,
    private readonly guessers: readonly string[],
    private readonly isKnown: () => Promise<boolean>,
  ) {}

  readonly admit = async (): Promise<Rejection | undefined> => {
    const { guesses, guessers } = this;
    if (this.counted === undefined && (await guesses.mustWait(guessers))) return rateLimited;
    const isWrong = this.counted !== undefined || !(await this.isKnown());
    // Concurrent guesses for other carts have been counted by now.
    const mustWait = isWrong ? await this.countWrong() : await guesses.mustWait(guessers);
    return mustWait ? rateLimited : undefined;
  };

  readonly review = async (
    outcome: CommandOutcome<CartState>,
  ): Promise<CommandOutcome<CartState>> => {
    const isWrong = !outcome.accepted && outcome.rejection.code === couponInvalid.code;
    return isWrong && (await this.countWrong()) ? refused(rateLimited) : outcome;
  };

  private countWrong(): Promise<boolean> {
    return (this.counted ??= this.guesses.countWrong(this.guessers));
  }
}
