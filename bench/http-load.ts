// Sends load to a GraphQL endpoint over keep-alive connections, with one request at a time on each.
// The client is undici, at half the cost of `node:http`: the generator and the measured server
// share the machine.
import { createHistogram } from 'node:perf_hooks';
import { Pool } from 'undici';

export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failures: number;
}

export interface GraphQLRequest {
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One keep-alive client; `send` returns the decoded JSON body. */
export class GraphQLClient {
  private readonly pool: Pool;

  constructor(address: string, connections: number) {
    this.pool = new Pool(address, { connections, pipelining: 1 });
  }

  send({ body, headers }: GraphQLRequest): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      let status = 0;
      const chunks: Buffer[] = [];
      this.pool.dispatch(
        {
          path: '/graphql',
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body,
        },
        {
          onRequestStart: () => undefined,
          onResponseStart: (_controller, statusCode) => {
            status = statusCode;
          },
          onResponseData: (_controller, chunk) => chunks.push(chunk),
          onResponseEnd: () => resolve({ status, text: Buffer.concat(chunks).toString('utf8') }),
          onResponseError: (_controller, error) => reject(error),
        },
      );
    });
  }

  /** The response's `data`; throws on errors, so that a failed set-up is noticed. */
  async query<Data>(
    query: string,
    variables: Record<string, unknown>,
    headers = {},
  ): Promise<Data> {
    const { text } = await this.send({ body: JSON.stringify({ query, variables }), headers });
    const answer = JSON.parse(text) as { data?: Data; errors?: unknown };
    if (answer.errors !== undefined || !answer.data) throw new Error(`Refused: ${text}`);
    return answer.data;
  }

  close(): void {
    void this.pool.destroy();
  }
}

/**
 * Repeats `next()` on `connections` connections for `durationMs`, after an uncounted warm-up. A
 * response without `proof` in its text counts as a failure.
 */
export async function httpLoad(options: {
  address: string;
  connections: number;
  durationMs: number;
  warmUpMs: number;
  next: (turn: number) => GraphQLRequest;
  proof: string;
}): Promise<LoadResult> {
  const client = new GraphQLClient(options.address, options.connections);
  const latencyUs = createHistogram();
  let turn = 0;
  let failures = 0;
  const begunAt = performance.now() + options.warmUpMs;
  const endsAt = begunAt + options.durationMs;

  const connection = async () => {
    for (;;) {
      const sentAt = performance.now();
      if (sentAt >= endsAt) return;
      const { text } = await client.send(options.next(turn++));
      if (sentAt < begunAt) continue;
      latencyUs.record(Math.max(1, Math.round((performance.now() - sentAt) * 1000)));
      if (!text.includes(options.proof)) failures += 1;
    }
  };
  await Promise.all(Array.from({ length: options.connections }, connection));
  client.close();
  return {
    perSecond: latencyUs.count / (options.durationMs / 1000),
    p50Ms: latencyUs.percentile(50) / 1000,
    p99Ms: latencyUs.percentile(99) / 1000,
    failures,
  };
}
