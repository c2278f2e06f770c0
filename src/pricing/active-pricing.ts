// Which version of the pricing counts now: the one by which the carts that are served were priced.
// So what a query shows, what a mutation answers and what a checkout charges are the same price,
// and all of them change in the moment in which other carts are promoted.
import type { Pricing, PricingRules } from '../domain/cart/pricing.js';
import type { ReadModels } from '../read-models/read-models.js';

/** How long a promotion may take to be seen, in milliseconds. */
const LOOK_MS = 50;

export class ActivePricing {
  private current: PricingRules;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;
  private isBlind = false;

  private constructor(
    private readonly pricing: Pricing,
    private readonly reads: Pick<ReadModels, 'generations'>,
    private readonly onFault: (fault: unknown) => void,
  ) {
    this.current = pricing.current;
  }

  /** Follows the carts that are served until it is stopped. */
  static async follow(
    pricing: Pricing,
    reads: Pick<ReadModels, 'generations'>,
    onFault: (fault: unknown) => void,
  ): Promise<ActivePricing> {
    const followed = new ActivePricing(pricing, reads, onFault);
    await followed.look();
    return followed;
  }

  readonly rules = (): PricingRules => this.current;

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private async look(): Promise<void> {
    try {
      const generations = await this.reads.generations();
      const served = generations.find(({ name, status }) => name === 'cart' && status === 'LIVE');
      // Carts that this build cannot price are served as they are; new prices are its own.
      this.current = this.pricing.version(served?.version ?? 0) ?? this.pricing.current;
      this.isBlind = false;
    } catch (fault) {
      // The rules stay as they were last seen; that is told once, not twenty times a second.
      if (!this.isBlind) this.onFault(fault);
      this.isBlind = true;
    }
    if (this.isStopped) return;
    this.timer = setTimeout(() => void this.look(), LOOK_MS);
    this.timer.unref();
  }
}
