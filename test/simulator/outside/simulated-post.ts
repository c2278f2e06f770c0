// The mail server as one life of an instance reaches it. What it has taken, its reader gets.
import { MailAwayError, type MailCarrier, type ReadyMail } from '../../../src/mail/carrier.js';
import type { Life } from '../schedule.js';
import type { Outside } from './outside.js';

/** How long a message takes, at most, in milliseconds. */
const MOST_MS = 30;

export class SimulatedPost implements MailCarrier {
  constructor(
    private readonly outside: Outside,
    private readonly life: Life,
  ) {}

  async carry({ messageId }: ReadyMail, handing: () => Promise<void>): Promise<void> {
    const { outside, life } = this;
    const fault = outside.draws(['mailAway', 'mailAnswerLost']);
    await this.message(life, 'greeting of the mail server');
    if (fault === 'mailAway') throw new MailAwayError('Try again later');
    await handing();
    await this.message(outside.world, 'mail arrives', () =>
      outside.did({ kind: 'mailed', messageId }),
    );
    await this.message(life, 'answer of the mail server');
    if (fault === 'mailAnswerLost') throw new Error('The connection broke');
  }

  forget(): Promise<void> {
    return Promise.resolve();
  }

  private message(life: Life, what: string, arrive: () => void = () => undefined): Promise<void> {
    const { schedule, randomness } = this.outside;
    return new Promise((resolve) => {
      schedule.after(1 + randomness.below(MOST_MS), life, what, () => {
        arrive();
        resolve();
      });
    });
  }
}
