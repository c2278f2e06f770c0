// What a request asks of GraphQL. It is read once, for the document gate and for Apollo: where two
// read the same URL, one can find a document in it that the other does not see.
import type { FastifyRequest } from 'fastify';
import type { Variables } from '../graphql/complexity.js';
import { hashIn, type PersistedQueries, withComparableHash } from './persisted-queries.js';

export interface SentOperation {
  readonly text?: string;
  readonly variables?: Variables;
  /** Of the operation, as it was sent. */
  readonly name?: unknown;
  /** Whether the document is named by its hash. Without a text it is not known. */
  readonly isPersisted: boolean;
  /** What Apollo reads: the body of a POST, the parameters of a GET. */
  readonly forApollo: { readonly body: unknown; readonly search: string };
}

/** The document and its variables, if any; Apollo answers all other requests. */
export function operationOf(
  { method, body, url }: Pick<FastifyRequest, 'method' | 'body' | 'url'>,
  persisted: PersistedQueries,
): SentOperation {
  if (method === 'POST') {
    return { ...read(body, persisted), forApollo: { body: bodyForApollo(body), search: '' } };
  }
  const parameters = parametersIn(url);
  const sent = {
    query: parameters.get('query'),
    operationName: parameters.get('operationName'),
    variables: parsed(parameters.get('variables')),
    extensions: parsed(parameters.get('extensions')),
  };
  const forApollo = { body: undefined, search: searchForApollo(parameters) };
  return { ...read(sent, persisted), forApollo };
}

function bodyForApollo(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('extensions' in body)) return body;
  return { ...body, extensions: withComparableHash(body.extensions) };
}

function searchForApollo(parameters: URLSearchParams): string {
  const entries = [...parameters].map(([name, value]): [string, string] => {
    const extensions = name === 'extensions' ? parsed(value) : undefined;
    const comparable = withComparableHash(extensions);
    return [name, comparable === extensions ? value : JSON.stringify(comparable)];
  });
  return new URLSearchParams(entries).toString();
}

/** https://graphql.github.io/graphql-over-http/draft/#sec-GET names this way to read them. */
function parametersIn(url: string): URLSearchParams {
  const parameters = new URLSearchParams(/\?.*$/s.exec(url)?.[0]);
  // "Setting the value to the empty string is equivalent to omitting" it.
  parameters.delete('operationName', '');
  return parameters;
}

function read(source: unknown, persisted: PersistedQueries): Omit<SentOperation, 'forApollo'> {
  if (typeof source !== 'object' || source === null) return { isPersisted: false };
  const { query, ...sent } = source as Readonly<Record<string, unknown>>;
  const { variables, extensions, operationName: name } = sent;
  const isPersisted = hashIn(extensions) !== undefined;
  const text = query ?? persisted.textOf(extensions);
  if (typeof text !== 'string') return { isPersisted };
  const isObject = typeof variables === 'object' && variables !== null;
  return { text, isPersisted, name, ...(isObject && { variables: variables as Variables }) };
}

function parsed(json: string | null): unknown {
  try {
    return json === null ? undefined : JSON.parse(json);
  } catch {
    // Apollo refuses it with its own message.
    return undefined;
  }
}
