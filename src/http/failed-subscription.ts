// A subscription whose source fails is over, but graphql-ws ends only those that their clients
// leave: what the source watches would be watched for ever.
import { type ExecutionArgs, type ExecutionResult, subscribe } from 'graphql';

type Results = AsyncIterableIterator<ExecutionResult>;

/** graphql-js's `subscribe`, whose results end their source when it fails. */
export async function subscribed(args: ExecutionArgs): Promise<Results | ExecutionResult> {
  const results = await subscribe(args);
  return Symbol.asyncIterator in results ? new EndedByFault(results) : results;
}

class EndedByFault implements AsyncIterableIterator<ExecutionResult> {
  constructor(private readonly results: AsyncGenerator<ExecutionResult, void, void>) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    try {
      return await this.results.next();
    } catch (fault) {
      await this.results.return();
      throw fault;
    }
  }

  return(): Promise<IteratorResult<ExecutionResult>> {
    return this.results.return();
  }
}
