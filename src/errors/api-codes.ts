// The error codes of the API. Rejections are no errors: the domain lists their codes itself.

export interface ApiCodeFacts {
  /**
   * The HTTP status of a request that fails as a whole. Undefined: only a websocket has this code.
   */
  readonly status: number | undefined;
  /** The HTTP status where only a field fails: the other fields are answered. */
  readonly fieldStatus: number | undefined;
  readonly meaning: string;
}

/** No field fails with this code. */
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

/** Even one field with this code changes the status of the request. */
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

/** A code is stable: clients switch on it. Codes are only ever added. */
export const apiCodes = {
  AMOUNT_TOO_LARGE: field(
    'A sum does not fit into the type of this field; the message names the field that has it',
  ),
  BAD_REQUEST: request(
    400,
    'The request is not GraphQL over HTTP: malformed JSON, a batch, the wrong content type',
  ),
  BAD_USER_INPUT: field('An argument or variable has the wrong type or value', 400),
  EVENT_NOT_UNDERSTOOD: field(
    'The cart or order has an event that this version cannot read; nothing is decided on it',
  ),
  FORBIDDEN: field('The role may not do this; or a foreign `Host` or `Origin`', 403),
  GRAPHQL_PARSE_FAILED: request(400, 'The document is not GraphQL'),
  GRAPHQL_VALIDATION_FAILED: request(400, 'The document does not fit the schema'),
  HISTORY_INCOMPLETE: field('The event store no longer has all events of the cart or order'),
  INTERNAL_SERVER_ERROR: field('A fault. The message is masked; the cause is in the log', 500),
  METHOD_NOT_ALLOWED: request(
    405,
    'The path does not take this HTTP method, or a mutation came by GET',
  ),
  NOT_CAUGHT_UP: field('The read model did not reach `minRevision` within `timeoutMs`'),
  NOT_FOUND: field('The cart, order or path does not exist, or is not yours', 404),
  OPERATION_RESOLUTION_FAILURE: request(
    400,
    'The document has several operations and the request names none',
  ),
  PAYLOAD_TOO_LARGE: request(413, 'The body is over 100 KiB'),
  QUERY_TOO_COMPLEX: either(
    400,
    'The operation is over a limit; `limit`, `maximum` and `counted` say which',
  ),
  RATE_LIMITED: either(
    429,
    'Too many requests, commands or reads of history; `Retry-After` says when to try again',
  ),
  REQUEST_TIMEOUT: request(408, 'The request did not arrive in time'),
  SERVICE_UNAVAILABLE: field(
    'The event store or the read models are away. Nothing was acknowledged; try again',
    503,
  ),
  STREAM_DELETED: field('The history of the cart or order was deleted from the event store'),
  TOO_MANY_SUBSCRIPTIONS: websocket('The socket has 20 subscriptions already'),
  UNAUTHENTICATED: either(401, 'The JWT is not valid or has expired'),
} satisfies Record<string, ApiCodeFacts>;

export type ApiErrorCode = keyof typeof apiCodes;

/** A number for every code but those of websockets. */
export const statusOfRequest = (code: ApiErrorCode) => apiCodes[code].status;

/** What a failed field makes of the request's status; undefined where it leaves it at 200. */
export const statusOfField = (code: ApiErrorCode) =>
  apiCodes[code].fieldStatus === apiCodes[code].status ? apiCodes[code].status : undefined;
