// The active pricing version: that of the live carts. Queries, payloads and checkouts use the same
// prices, and all of them change when other carts are promoted.
import type { Pricing, PricingRules } from '../domain/cart/pricing.js';
import type { ReadModels } from '../read-models/read-models.js';
import { systemTime, type Time } from '../waiting/time.js';

/** Maximum time until a promotion is noticed, in milliseconds. */
const LOOK_MS = 50;

export class ActivePricing {
  private current: PricingRules;
  private cancelLook = (): void => undefined;
  private isStopped = false;
  private isBlind = false;

  private constructor(
    private readonly pricing: Pricing,
    private readonly reads: Pick<ReadModels, 'generations'>,
    private readonly onFault: (fault: unknown) => void,
    private readonly time: Pick<Time, 'background'>,
  ) {
    this.current = pricing.current;
  }

  /** Follows the live carts until it is stopped. */
  static async follow(
    pricing: Pricing,
    reads: Pick<ReadModels, 'generations'>,
    onFault: (fault: unknown) => void,
    time: Pick<Time, 'background'> = systemTime,
  ): Promise<ActivePricing> {
    const followed = new ActivePricing(pricing, reads, onFault, time);
    await followed.look();
    return followed;
  }

  readonly rules = (): PricingRules => this.current;

  stop(): void {
    this.isStopped = true;
    this.cancelLook();
  }

  private async look(): Promise<void> {
    try {
      const generations = await this.reads.generations();
      const served = generations.find(({ name, status }) => name === 'cart' && status === 'LIVE');
      // If this build does not know the version of the live carts, they keep their prices, and new
      // prices use this build's newest rules.
      this.current = this.pricing.version(served?.version ?? 0) ?? this.pricing.current;
      this.isBlind = false;
    } catch (fault) {
      // The rules stay the same; the fault is reported once, not twenty times a second.
      if (!this.isBlind) this.onFault(fault);
      this.isBlind = true;
    }
    if (this.isStopped) return;
    this.cancelLook = this.time.background(LOOK_MS, () => void this.look());
  }
}
