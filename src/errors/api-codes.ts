// The API's error codes. Rejections are not errors; the domain lists their codes.

export interface ApiCodeFacts {
  /**
   * The HTTP status of a request that fails as a whole. Undefined: the code occurs only on
   * websockets.
   */
  readonly status: number | undefined;
  /** The HTTP status when only a field fails and the others are answered. */
  readonly fieldStatus: number | undefined;
  readonly meaning: string;
}

/** This code never occurs in a field. */
const request = (status: number, meaning: string): ApiCodeFacts => ({
  status,
  fieldStatus: undefined,
  meaning,
});

const field = (meaning: string, status = 200): ApiCodeFacts => ({
  status,
  fieldStatus: 200,
  meaning,
});

/** A single field with this code changes the status of the request. */
const either = (status: number, meaning: string): ApiCodeFacts => ({
  status,
  fieldStatus: status,
  meaning,
});

const websocket = (meaning: string): ApiCodeFacts => ({
  status: undefined,
  fieldStatus: undefined,
  meaning,
});

/** Codes are stable, because clients switch on them; they are only ever added. */
export const apiCodes = {
  AMOUNT_TOO_LARGE: field(
    "A sum does not fit into this field's type; the message names the field to use",
  ),
  BAD_REQUEST: request(
    400,
    'The request is not GraphQL over HTTP: malformed JSON, a batch, the wrong content type',
  ),
  BAD_USER_INPUT: field('An argument or variable has the wrong type or value', 400),
  EVENT_NOT_UNDERSTOOD: field(
    'The cart or order has an event that this version cannot read; no command is decided',
  ),
  FORBIDDEN: field('The role does not allow this, or the `Host` or `Origin` is foreign', 403),
  GRAPHQL_PARSE_FAILED: request(400, 'The document is not GraphQL'),
  GRAPHQL_VALIDATION_FAILED: request(400, 'The document does not match the schema'),
  HISTORY_INCOMPLETE: field('The event store no longer has all events of the cart or order'),
  INTERNAL_SERVER_ERROR: field('A fault. The message is masked; the cause is in the log', 500),
  METHOD_NOT_ALLOWED: request(
    405,
    'The path does not support this HTTP method, or a mutation was sent by GET',
  ),
  NOT_CAUGHT_UP: field('The read model did not reach `minRevision` within `timeoutMs`'),
  NOT_FOUND: field('The cart, order or path does not exist, or is not yours', 404),
  OPERATION_RESOLUTION_FAILURE: request(
    400,
    'The document has several operations and the request does not name one',
  ),
  PAYLOAD_TOO_LARGE: request(413, 'The body is over 100 KiB'),
  PERSISTED_QUERY_NOT_FOUND: request(
    200,
    'The server does not have the document of this hash: send it with the hash once',
  ),
  QUERY_TOO_COMPLEX: either(
    400,
    'The operation exceeds a limit; `limit`, `maximum` and `counted` give details',
  ),
  RATE_LIMITED: either(
    429,
    'Too many requests, commands or reads of history; retry after `Retry-After` seconds',
  ),
  REQUEST_TIMEOUT: request(408, 'The request did not arrive in time'),
  SERVICE_UNAVAILABLE: field(
    'The event store or the read models are unavailable, or more is asked of the service than it can do. No change was confirmed; retry',
    503,
  ),
  STREAM_DELETED: field('The history of the cart or order was deleted from the event store'),
  TOO_MANY_SUBSCRIPTIONS: websocket('The socket already has 20 subscriptions'),
  UNAUTHENTICATED: either(401, 'The JWT is not valid or has expired'),
} satisfies Record<string, ApiCodeFacts>;

export type ApiErrorCode = keyof typeof apiCodes;

/** The status of every code except those of websockets. */
export const statusOfRequest = (code: ApiErrorCode) => apiCodes[code].status;

/** The status that a failed field gives the request; undefined when it stays 200. */
export const statusOfField = (code: ApiErrorCode) =>
  apiCodes[code].fieldStatus === apiCodes[code].status ? apiCodes[code].status : undefined;
