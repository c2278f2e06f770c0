// Coupon codes can be guessed, so five wrong ones within a minute are all that a cart, a caller or an
// address may try.
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

const points = 5;
const durationSeconds = 60;

export class CodeGuesses {
  private readonly wrong = new RateLimiterMemory({ points, duration: durationSeconds });

  /** Whether one of these has to wait. */
  async mustWait(guessers: readonly string[]): Promise<boolean> {
    const seen = await Promise.all(guessers.map((guesser) => this.wrong.get(guesser)));
    return seen.some((each) => each !== null && each.consumedPoints > points);
  }

  /** Counts a wrong code for each of these; true when it is one too many for any. */
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
