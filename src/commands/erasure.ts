// Erases people: destroys the keys of what the log has of them. The log records it first, so that
// an erasure that was interrupted is completed, and so that each instance clears its own files.
import { personAggregate } from './aggregates.js';
import type { CommandContext } from './command-context.js';
import type { CommandRunner } from './command-runner.js';

/** A customer, or everyone who gave this e-mail address. */
export type PeopleSought = { readonly customerId: string } | { readonly email: string };

export interface PeopleToErase {
  /** The ids of their keys. @throws ReadModelsUnavailableError */
  beginErasure(who: PeopleSought): Promise<readonly string[]>;
  /** Repeating it changes nothing. @throws ReadModelsUnavailableError */
  destroy(keyId: string): Promise<void>;
}

export class Erasure {
  constructor(
    private readonly runner: CommandRunner,
    private readonly people: PeopleToErase,
  ) {}

  /**
   * Repeating it changes nothing. Returns the number of keys that were destroyed.
   *
   * @throws ReadModelsUnavailableError, StoreUnavailableError
   */
  async erase(who: PeopleSought, actor: CommandContext['actor']): Promise<number> {
    const keyIds = await this.people.beginErasure(who);
    for (const keyId of keyIds) await this.eraseKey(keyId, actor);
    return keyIds.length;
  }

  /** As `erase`, for one key. */
  async eraseKey(keyId: string, actor: CommandContext['actor']): Promise<void> {
    const outcome = await this.runner.run(personAggregate, {
      id: keyId,
      enrich: () => ({ type: 'ErasePerson' as const, keyId }),
      context: { actor },
    });
    if (!outcome.accepted) throw new Error(`Key ${keyId}: ${outcome.rejection.message}`);
    await this.people.destroy(keyId);
  }
}
