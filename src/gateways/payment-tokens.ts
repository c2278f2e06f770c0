// Keeps payment tokens from the checkout until the charge has an outcome, encrypted with a key that
// is made of the service's secret. No event, log line, export or read model contains one. While the
// database that all instances share is away, an instance keeps new tokens for itself, and hands
// them over later.
import { hkdfSync } from 'node:crypto';
import {
  CannotDecryptError,
  decrypted,
  encrypted,
  KEY_BYTES,
  type RandomBytes,
} from '../personal-data/encryption.js';
import { ReadModelsFullError, ReadModelsUnavailableError } from '../read-models/unavailable.js';
import type { SealedToken, TokenTable } from './token-table.js';

export interface PaymentTokensOptions {
  /** Shared by all instances, where there are several. */
  readonly shared: TokenTable;
  /** Of this instance alone, for the time when the shared table is away. */
  readonly spare?: TokenTable;
  readonly secret: Buffer;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
  readonly randomBytes: RandomBytes;
}

export class PaymentTokens {
  private readonly key: Buffer;

  constructor(private readonly options: PaymentTokensOptions) {
    this.key = Buffer.from(hkdfSync('sha256', options.secret, '', 'payment-tokens', KEY_BYTES));
  }

  /**
   * Resolves when the token is on disk. Repeating it changes nothing.
   *
   * @throws ReadModelsUnavailableError without a table for such a time
   */
  async keep(intentId: string, token: string): Promise<void> {
    const { shared, spare, now, randomBytes } = this.options;
    const sealed = encrypted(Buffer.from(token), this.key, purposeOf(intentId), randomBytes);
    const kept = { intentId, sealed, keptAt: now() };
    try {
      await shared.add(kept);
    } catch (error) {
      if (!cannotKeep(error) || spare === undefined) throw error;
      await spare.add(kept);
    }
  }

  /**
   * Undefined when it is not here: forgotten, with another instance, or of another secret.
   *
   * @throws ReadModelsUnavailableError
   */
  async find(intentId: string): Promise<string | undefined> {
    const { shared, spare } = this.options;
    const found = (await spare?.find(intentId)) ?? (await shared.find(intentId));
    if (found === undefined) return undefined;
    try {
      return decrypted(found.sealed, this.key, purposeOf(intentId)).toString();
    } catch (error) {
      if (error instanceof CannotDecryptError) return undefined;
      throw error;
    }
  }

  /** @throws ReadModelsUnavailableError: it may still be in the shared table */
  async forget(intentId: string): Promise<void> {
    const { shared, spare } = this.options;
    await spare?.remove(intentId);
    await shared.remove(intentId);
  }

  /** Forgets what checkouts left that died before their cart was closed. */
  async forgetOlderThan(ageMs: number): Promise<void> {
    const { shared, spare, now } = this.options;
    await spare?.removeOlder(now() - ageMs);
    await shared.removeOlder(now() - ageMs);
  }

  /**
   * Moves the tokens that this instance keeps alone to the shared table.
   *
   * @throws ReadModelsUnavailableError
   */
  async handOver(): Promise<void> {
    const { shared, spare } = this.options;
    for (const kept of (await spare?.all()) ?? []) await this.handOverOne(kept, shared, spare);
  }

  async close(): Promise<void> {
    await Promise.all([this.options.shared.close(), this.options.spare?.close()]);
  }

  private async handOverOne(
    kept: SealedToken,
    shared: TokenTable,
    spare: TokenTable | undefined,
  ): Promise<void> {
    await shared.add(kept);
    const isStillNeeded = await spare?.remove(kept.intentId);
    // It was forgotten meanwhile.
    if (isStillNeeded === false) await shared.remove(kept.intentId);
  }
}

/** Whether another place may keep what this one cannot. */
function cannotKeep(error: unknown): boolean {
  return error instanceof ReadModelsUnavailableError || error instanceof ReadModelsFullError;
}

function purposeOf(intentId: string): string {
  return `payment token of ${intentId}`;
}
