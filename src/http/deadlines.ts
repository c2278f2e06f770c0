// How long a connection may stay in each of its states. No client keeps a descriptor, or the
// service from stopping, for longer than is said here.

export interface Deadlines {
  /** From the connection, or the end of the answer before, to the end of a request's headers. */
  readonly headersMs: number;
  /** From the first byte of a request to the last of its body. */
  readonly requestMs: number;
  /** From a request's headers to the last byte of its answer. */
  readonly answerMs: number;
  /** Between two requests of one connection. */
  readonly idleMs: number;
  /** From a refusal without a reply object, such as that of an upgrade, to the end. */
  readonly refusedMs: number;
  /** How often the server looks for requests that are late. */
  readonly checkEveryMs: number;
  /** What running requests get when the service stops. */
  readonly drainMs: number;
}

export const deadlines: Deadlines = {
  headersMs: 10_000,
  requestMs: 30_000,
  answerMs: 60_000,
  idleMs: 60_000,
  refusedMs: 1_000,
  checkEveryMs: 1_000,
  drainMs: 3_000,
};
