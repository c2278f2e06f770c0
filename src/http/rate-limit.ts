// How often one address may call. One limiter serves requests and websocket messages, so that the
// socket is no way around it.
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

export class RateLimit {
  private readonly limiter: RateLimiterMemory;

  constructor(perSecond: number) {
    this.limiter = new RateLimiterMemory({ points: perSecond, duration: 1 });
  }

  /** Undefined when the call may go ahead, else the whole seconds after which to try again. */
  async secondsToWait(address: string): Promise<number | undefined> {
    try {
      await this.limiter.consume(address);
      return undefined;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      return Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000));
    }
  }
}
