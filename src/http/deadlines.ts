// Timeouts for each state of a connection. They bound how long a client can hold a file descriptor
// or delay the service's stop.

export interface Deadlines {
  /**
   * From the connection, or the end of the previous response, to the end of a request's headers.
   */
  readonly headersMs: number;
  /** From the first byte of a request to the last of its body. */
  readonly requestMs: number;
  /** From a request's headers to the last byte of its response. */
  readonly answerMs: number;
  /** Between two requests on one connection. */
  readonly idleMs: number;
  /** From a refusal without a reply object, such as a refused upgrade, to the close. */
  readonly refusedMs: number;
  /** Interval of checks for late requests. */
  readonly checkEveryMs: number;
  /** When the service stops: how long it takes requests before it accepts no connection. */
  readonly leaveMs: number;
  /** After that, time for running requests. */
  readonly drainMs: number;
}

export const deadlines: Deadlines = {
  headersMs: 10_000,
  requestMs: 30_000,
  answerMs: 60_000,
  idleMs: 60_000,
  refusedMs: 1_000,
  checkEveryMs: 1_000,
  leaveMs: 500,
  drainMs: 2_500,
};
