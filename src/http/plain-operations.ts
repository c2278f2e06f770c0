// The usual request, a JSON body with a document and its variables, goes to Apollo's pipeline
// directly. Everything else goes through Apollo's HTTP integration, which costs as much as the
// pipeline and answers the same.
import type { ApolloServer, GraphQLRequest, GraphQLResponse } from '@apollo/server';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Variables } from '../graphql/complexity.js';

export interface PlainOperation {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Variables | undefined;
  /** Of the answer. */
  readonly contentType: string;
}

export interface HttpAnswer {
  readonly status: number | undefined;
  readonly headers: Iterable<readonly [string, string]>;
  readonly text: string;
}

/** Longer `accept` headers are not learnt. */
const MOST_CHARACTERS = 300;
const NO_ACCEPT = '';
const isJson = /^application\/json(; ?charset=utf-8)?$/i;

export class PlainOperations {
  /** The type of the answers to an `accept` header, as Apollo chose it. */
  private readonly contentTypes = new LRUCache<string, string>({ max: 100 });

  /** Undefined for a request that Apollo's HTTP integration has to read. */
  read({ method, headers, body }: FastifyRequest): PlainOperation | undefined {
    if (method !== 'POST' || !isJson.test(headers['content-type'] ?? '')) {
      return undefined;
    }
    const contentType = this.contentTypes.get(headers.accept ?? NO_ACCEPT);
    if (contentType === undefined || !isRecord(body)) return undefined;
    const { query, operationName, variables, extensions } = body;
    if (typeof query !== 'string' || query === '' || extensions != null) return undefined;
    const isNamed = operationName == null || typeof operationName === 'string';
    if (!isNamed || !(variables == null || isRecord(variables))) return undefined;
    return {
      query,
      operationName: operationName ?? undefined,
      variables: variables ?? undefined,
      contentType,
    };
  }

  /** Remembers what Apollo's HTTP integration chose for this request, where it had the choice. */
  learn({ method, headers }: FastifyRequest, status: number, contentType?: string): void {
    const { accept = NO_ACCEPT } = headers;
    if (method !== 'POST' || status !== 200 || contentType === undefined) return;
    if (accept.length <= MOST_CHARACTERS) this.contentTypes.set(accept, contentType);
  }

  async answer<Context extends object>(
    apollo: ApolloServer<Context>,
    { query, operationName, variables, contentType }: PlainOperation,
    contextValue: Context,
  ): Promise<HttpAnswer> {
    const request: GraphQLRequest = {
      query,
      ...(operationName !== undefined && { operationName }),
      ...(variables !== undefined && { variables }),
    };
    const { http, body } = await apollo.executeOperation(request, { contextValue });
    if (!http.headers.has('content-type')) http.headers.set('content-type', contentType);
    return { status: http.status, headers: http.headers, text: textOf(body) };
  }
}

/** As Apollo's HTTP integration writes it. */
function textOf(body: GraphQLResponse['body']): string {
  // Apollo takes incremental results from graphql-js 17 alone.
  if (body.kind !== 'single') throw new TypeError('An operation was answered in parts');
  const { errors, data, extensions } = body.singleResult;
  return `${JSON.stringify({ errors, data, extensions })}\n`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
