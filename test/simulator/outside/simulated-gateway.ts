// The payment gateway as one life of an instance reaches it: by messages that take a while, that get
// lost, come late, come twice, or come garbled. A killed instance hears nothing of what it asked.
import {
  type ChargeOutcome,
  type ChargeRequest,
  GatewayUnavailableError,
  type PaymentGateway,
  type RefundOutcome,
  type RefundRequest,
} from '../../../src/gateways/payment.js';
import type { Bank, NoAnswer } from './bank.js';
import type { OutsideFault } from './faults.js';
import type { Outside } from './outside.js';
import type { Life } from '../schedule.js';

/** How long a message takes, in milliseconds. */
const LATENCY = { least: 5, most: 60 };
/** Later than anybody waits for an answer. */
const LATE = { least: 4_000, most: 15_000 };
/** When a request comes again, at the latest. */
const AGAIN_MS = 20_000;

export class SimulatedGateway implements PaymentGateway {
  constructor(
    private readonly outside: Outside,
    private readonly life: Life,
    private readonly bank: Bank,
  ) {}

  charge(request: ChargeRequest): Promise<ChargeOutcome> {
    return this.ask('charge', () => this.bank.charge(request));
  }

  lookUp(key: string): Promise<ChargeOutcome | undefined> {
    return this.ask('look up a charge', () => this.bank.lookUp(key));
  }

  cancel(key: string): Promise<ChargeOutcome> {
    return this.ask('cancel a charge', () => this.bank.cancel(key));
  }

  refund(request: RefundRequest): Promise<RefundOutcome> {
    return this.ask('refund', () => this.bank.refund(request));
  }

  private ask<Answer>(what: string, act: () => Answer | NoAnswer | 'answer lost'): Promise<Answer> {
    const { outside, life } = this;
    const { schedule, world, randomness } = outside;
    const between = ({ least, most }: typeof LATENCY) => least + randomness.below(most - least + 1);
    return new Promise((resolve, reject) => {
      const answer = (
        heard: Answer | NoAnswer | 'answer lost',
        fault: OutsideFault | undefined,
      ) => {
        if (heard === 'hangs' || fault === 'gatewayAnswerLost') return;
        const ms = between(fault === 'gatewayLate' ? LATE : LATENCY);
        schedule.after(ms, life, 'answer of the gateway', () => {
          if (fault === 'gatewayGarbage') resolve({ kind: 'MAYBE' } as Answer);
          else if (heard === 'fails') reject(new GatewayUnavailableError('503'));
          else if (heard === 'answer lost') reject(new Error('The connection broke'));
          else resolve(heard);
        });
      };
      const fault = outside.draws(GATEWAY_FAULTS);
      if (fault === 'gatewayLost') return;
      schedule.after(between(LATENCY), world, `${what} arrives`, () => {
        const fails = fault === 'gatewayFails';
        answer(fails ? 'fails' : act(), fails ? undefined : fault);
        if (fault !== 'gatewayAgain') return;
        outside.again(randomness.below(AGAIN_MS), `${what} arrives again`, act);
      });
    });
  }
}

const GATEWAY_FAULTS = [
  'gatewayLost',
  'gatewayAnswerLost',
  'gatewayLate',
  'gatewayAgain',
  'gatewayGarbage',
  'gatewayFails',
] as const satisfies readonly OutsideFault[];
