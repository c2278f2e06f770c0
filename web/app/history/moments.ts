// Answers about single revisions, such as the cart as it stood: kept by revision, since the past
// never changes, and fetched ahead around the shown one.
import { Store } from '../../cart-client/store.ts';
import { patiently } from './patiently.ts';

/** More at once would wait for each other in the service. */
const atOnce = 2;
const keptMoments = 500;

export class Moments<Moment> {
  /** Changes when an answer or a fault has arrived. */
  readonly arrived = new Store(0);
  private readonly known = new Map<number, Moment>();
  private readonly faults = new Map<number, unknown>();
  private readonly asked = new Set<number>();
  private wanted: readonly number[] = [];

  constructor(private readonly ask: (revision: number) => Promise<Moment>) {}

  peek(revision: number): Moment | undefined {
    return this.known.get(revision);
  }

  faultAt(revision: number): unknown {
    return this.faults.get(revision);
  }

  /**
   * Loads these, the first ones first. What was wanted before and is not asked for yet is dropped:
   * whoever drags across a thousand events wants the last one.
   */
  want(revisions: readonly number[]): void {
    this.wanted = revisions;
    this.goOn();
  }

  retry(revision: number): void {
    this.faults.delete(revision);
    this.goOn();
  }

  private goOn(): void {
    while (this.asked.size < atOnce) {
      const next = this.wanted.find((revision) => this.isMissing(revision));
      if (next === undefined) return;
      this.asked.add(next);
      void this.load(next);
    }
  }

  private isMissing(revision: number): boolean {
    return ![this.known, this.faults, this.asked].some((all) => all.has(revision));
  }

  private async load(revision: number): Promise<void> {
    try {
      this.keep(revision, await patiently(() => this.ask(revision)));
    } catch (fault) {
      this.faults.set(revision, fault);
    }
    this.asked.delete(revision);
    this.arrived.set(this.arrived.get() + 1);
    this.goOn();
  }

  private keep(revision: number, moment: Moment): void {
    this.known.set(revision, moment);
    const [oldest] = this.known.keys();
    if (this.known.size > keptMoments && oldest !== undefined) this.known.delete(oldest);
  }
}

/** The shown revision, the one before it, and those that the next key presses lead to. */
export function around(revision: number, length: number): readonly number[] {
  const near = [0, -1, 1, 2, -2, 3, -3, 4, 10, -10].map((step) => revision + step);
  return near.filter((each) => each >= 0 && each < length);
}
