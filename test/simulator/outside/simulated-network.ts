// The internet as the webhooks of one life of an instance reach it: names that mislead, receivers
// that are away, hang, close half-way, talk garbage, and messages that arrive twice.
import {
  type Answered,
  ConnectionEndedError,
  type Network,
  type Posted,
} from '../../../src/webhooks/network.js';
import type { Life } from '../schedule.js';
import { RECEIVER_FAULTS } from './faults.js';
import type { Outside } from './outside.js';
import { PUBLIC_ADDRESS } from './receivers.js';

/** How long a message takes, at most, in milliseconds. */
const MOST_MS = 40;
/** When a message comes again, at the latest. */
const AGAIN_MS = 10_000;
const LOOPBACK = '127.0.0.1';

type ReceiverFault = (typeof RECEIVER_FAULTS)[number];

export class SimulatedNetwork implements Network {
  constructor(
    private readonly outside: Outside,
    private readonly life: Life,
  ) {}

  readonly addressesOf = async (): Promise<readonly string[]> => {
    const fault = this.outside.draws(['webhookMisled']);
    await this.message(this.life, 'answer of a name server');
    return [fault === undefined ? PUBLIC_ADDRESS : LOOPBACK];
  };

  readonly post = (posted: Posted): Promise<Answered> => {
    const fault = this.outside.draws(RECEIVER_FAULTS);
    const { signal } = posted;
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new ConnectionEndedError('It was cut')));
      void this.answerTo(posted, fault).then((status) => resolve({ status }), reject);
    });
  };

  private async answerTo(posted: Posted, fault: ReceiverFault | undefined): Promise<number> {
    const { outside, life } = this;
    const { world, randomness } = outside;
    if (fault === 'webhookAway') {
      await this.message(life, 'connection refused');
      throw failedWith('ECONNREFUSED');
    }
    const isTaken = fault !== 'webhookFails' && fault !== 'webhookRedirects';
    await this.message(world, 'webhook arrives');
    if (isTaken) this.take(posted);
    if (fault === 'webhookAgain') {
      const arrive = () => this.take(posted);
      outside.again(randomness.below(AGAIN_MS), 'webhook arrives again', arrive);
    }
    if (fault === 'webhookHangs') await new Promise(() => undefined);
    await this.message(life, 'answer of a receiver');
    if (fault === 'webhookCloses') throw failedWith('ECONNRESET');
    if (fault === 'webhookGarbage') throw failedWith('HPE_INVALID_CONSTANT');
    if (fault === 'webhookRedirects') return 302;
    return fault === 'webhookFails' ? 500 : 200;
  }

  private take({ url, addresses, message }: Posted): void {
    this.outside.receivers.takes(String(url), addresses[0] ?? '', message);
  }

  private message(life: Life, what: string): Promise<void> {
    const { schedule, randomness } = this.outside;
    return new Promise((resolve) => {
      schedule.after(1 + randomness.below(MOST_MS), life, what, resolve);
    });
  }
}

function failedWith(code: string): Error {
  return Object.assign(new Error(code), { code });
}
