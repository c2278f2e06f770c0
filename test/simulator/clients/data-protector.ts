// Who erases people, at their request: by e-mail address, at any instance, and again where there was
// no answer.
import type { ErasePeople, Intent, Reply } from '../history.js';
import type { Randomness } from '../randomness.js';
import type { Client } from './client.js';

const RETRIES = 0.5;

export class DataProtector implements Client {
  private readonly unanswered = new Set<string>();

  constructor(
    readonly name: string,
    private readonly instances: readonly string[],
    private readonly addresses: readonly string[],
  ) {}

  next(random: Randomness): readonly Intent[] {
    const isAgain = this.unanswered.size > 0 && random.chance(RETRIES);
    const email = random.pick(isAgain ? [...this.unanswered] : this.addresses);
    this.unanswered.add(email);
    const asked: ErasePeople = {
      kind: 'erase people',
      instance: random.pick(this.instances),
      email,
    };
    return [asked];
  }

  hears(intent: Intent, reply: Reply): void {
    if (intent.kind === 'erase people' && reply.kind === 'done') {
      this.unanswered.delete(intent.email);
    }
  }
}
