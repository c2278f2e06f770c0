// Limits the calls of one address. Requests and websocket messages share one limiter, so that a
// socket cannot bypass it.
import { type ApiError, rateLimited } from '../graphql/api-error.js';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

export function tooManyRequests(retryAfterSeconds: number): ApiError {
  return rateLimited('Too many requests.', retryAfterSeconds);
}

export class RateLimit {
  private readonly limiter: RateLimiterMemory;

  constructor(perSecond: number) {
    this.limiter = new RateLimiterMemory({ points: perSecond, duration: 1 });
  }

  /** Undefined when the call is allowed, otherwise the whole seconds to wait. */
  async secondsToWait(address: string, calls = 1): Promise<number | undefined> {
    try {
      await this.limiter.consume(address, calls);
      return undefined;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      return Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000));
    }
  }
}
