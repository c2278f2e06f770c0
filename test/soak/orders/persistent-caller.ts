// Asks until there is an answer, at one instance after another; a tenth of the requests go to two
// instances at once. So every mutation has a command id.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { mintToken } from '../../../src/tokens/sign-in.js';
import { retrying } from '../../../src/waiting/retrying.js';
import { withTimeout } from '../../../src/waiting/with-timeout.js';
import { type Answer, Shopper } from '../../flow/shopper.js';
import type { Randomness } from '../../simulator/randomness.js';
import type { SoakInstance } from '../stage.js';

const PATIENCE_MS = 10_000;
const PAUSE_MS = { least: 50, most: 500 };
/** No outage of a run is as long. */
const WITHIN_MS = 60_000;
const DOUBLED = 0.1;
/** The command may have been carried out, or not: it is asked again with its id. */
const UNKNOWN = new Set(['SERVICE_UNAVAILABLE', 'NOT_CAUGHT_UP']);
const TTL_SECONDS = 15 * 60;

class NoAnswerError extends Error {}

export class PersistentCaller {
  private turns = 0;

  private constructor(
    private readonly shoppers: readonly Shopper[],
    private readonly random: Randomness,
  ) {}

  static guest(instances: readonly SoakInstance[], random: Randomness): PersistentCaller {
    return new PersistentCaller(
      instances.map((instance) => new Shopper(instance)),
      random,
    );
  }

  static async admin(
    instances: readonly SoakInstance[],
    random: Randomness,
  ): Promise<PersistentCaller> {
    const shoppers = instances.map(async (instance) => {
      const { dataDir } = instance;
      const settings = { dataDir, issuer: 'cartograph', audience: 'cartograph' };
      const signIn = { subject: 'boss', role: 'admin', ttlSeconds: TTL_SECONDS } as const;
      const token = await mintToken(settings, signIn);
      return new Shopper(instance, { authorization: `Bearer ${token}` });
    });
    return new PersistentCaller(await Promise.all(shoppers), random);
  }

  holding(cartToken: string): PersistentCaller {
    return new PersistentCaller(
      this.shoppers.map((shopper) => shopper.holding(cartToken)),
      this.random,
    );
  }

  /** @throws when the answer is a fault, or there is none for a minute */
  async ask<Result, Variables>(
    document: TypedDocumentNode<Result, Variables>,
    variables: Variables,
  ): Promise<Result> {
    const asking = [this.untilAnswered(document, variables)];
    if (this.random.chance(DOUBLED)) asking.push(this.untilAnswered(document, variables));
    const [first] = await Promise.all(asking);
    return first!;
  }

  private untilAnswered<Result, Variables>(
    document: TypedDocumentNode<Result, Variables>,
    variables: Variables,
  ): Promise<Result> {
    return retrying(() => this.once(document, variables), {
      retryIf: (error) => error instanceof NoAnswerError,
      pauseMs: PAUSE_MS,
      withinMs: WITHIN_MS,
    });
  }

  private async once<Result, Variables>(
    document: TypedDocumentNode<Result, Variables>,
    variables: Variables,
  ): Promise<Result> {
    const { data, errors } = await this.answerOfNext(document, variables);
    const code = errors?.[0]?.extensions.code;
    if (code !== undefined && UNKNOWN.has(code)) throw new NoAnswerError(code);
    if (data == null) throw new Error(JSON.stringify(errors));
    return data;
  }

  private async answerOfNext<Result, Variables>(
    document: TypedDocumentNode<Result, Variables>,
    variables: Variables,
  ): Promise<Answer<Result>> {
    const shopper = this.shoppers[this.turns++ % this.shoppers.length]!;
    const late = () => new NoAnswerError('no answer in time');
    try {
      return await withTimeout(shopper.answer(document, variables), PATIENCE_MS, late);
    } catch (cause) {
      throw new NoAnswerError('the connection is gone', { cause });
    }
  }
}
