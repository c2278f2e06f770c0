// How often one address may call. One limiter serves requests and websocket messages, so that the
// socket is no way around it.
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

  /** Undefined when the call may go ahead, else the whole seconds after which to try again. */
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
