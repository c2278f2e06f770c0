// Everything that is not the shop, its store, or its databases: the bank, the mail server and
// the receivers of webhooks, which outlive every instance.
import { Bank } from './bank.js';
import { Receivers } from './receivers.js';
import type { Deed } from './deeds.js';
import type { OutsideFault, OutsideRates } from './faults.js';
import type { Randomness } from '../randomness.js';
import type { Life, Schedule } from '../schedule.js';

export interface OutsideOptions {
  readonly schedule: Schedule;
  readonly world: Life;
  readonly randomness: Randomness;
  readonly rates: OutsideRates;
  readonly onFault: (fault: OutsideFault) => void;
  /** Told of what was done there, at once. */
  readonly onDeed: (deed: Deed) => void;
}

export class Outside {
  readonly schedule: Schedule;
  readonly world: Life;
  readonly randomness: Randomness;
  readonly bank: Bank;
  readonly receivers: Receivers;
  private isCalm = false;
  private underWay = 0;

  constructor(private readonly options: OutsideOptions) {
    this.schedule = options.schedule;
    this.world = options.world;
    this.randomness = options.randomness;
    this.bank = new Bank((deed) => this.did(deed));
    this.receivers = new Receivers((deed) => this.did(deed));
  }

  /** What goes wrong with this message, if anything; at most one thing. */
  draws<Fault extends OutsideFault>(faults: readonly Fault[]): Fault | undefined {
    if (this.isCalm) return undefined;
    const { rates, onFault } = this.options;
    const fault = faults.find((one) => {
      const rate = rates[one] ?? 0;
      return rate > 0 && this.randomness.chance(rate);
    });
    if (fault !== undefined) onFault(fault);
    return fault;
  }

  did(deed: Deed): void {
    this.options.onDeed(deed);
  }

  /** Whether a message is on its way that comes a second time. */
  get isBusy(): boolean {
    return this.underWay > 0;
  }

  /** Lets a message arrive again, whoever is there by then. */
  again(ms: number, label: string, arrive: () => void): void {
    this.underWay += 1;
    this.schedule.after(ms, this.world, label, () => {
      this.underWay -= 1;
      arrive();
    });
  }

  /** Nothing goes wrong any more. */
  endFaults(): void {
    this.isCalm = true;
  }
}
