// One attempt to deliver a message over HTTP. Whatever the receiver does ends in an outcome. Of its
// answer the status counts, and Retry-After: no redirect is followed, and the body is not read.
import { systemTime, type Time } from '../waiting/time.js';
import { ConnectionEndedError, internet, type Network } from './network.js';
import { AddressRefusedError, checkedAddresses } from './public-address.js';
import { askedPauseMs } from './retry-after.js';
import type { SignedMessage } from './signed-message.js';

/**
 * DELIVERED: a status of 200 to 299. REFUSED: another status. REDIRECTED: a status of 300 to 399.
 * GONE: status 410. TIMEOUT: no status in time. CLOSED: the connection ended before a status.
 * UNREACHABLE: there was no connection. GARBLED: the answer is not HTTP, or its head is too long.
 * ADDRESS_REFUSED: the name has no address, or one that is not public.
 */
export const sendOutcomes = [
  'DELIVERED',
  'REFUSED',
  'REDIRECTED',
  'GONE',
  'TIMEOUT',
  'CLOSED',
  'UNREACHABLE',
  'GARBLED',
  'ADDRESS_REFUSED',
] as const;

export type SendOutcome = (typeof sendOutcomes)[number];

export interface Sent {
  readonly outcome: SendOutcome;
  /** The receiver's HTTP status, if it gave one. */
  readonly status: number | null;
  /** For as long the receiver wants no other attempt. */
  readonly askedPauseMs?: number;
}

export interface SenderOptions {
  readonly mayBePrivate: boolean;
  /** From the start of an attempt to the head of the answer. */
  readonly timeoutMs: number;
  /** Default: the internet. */
  readonly network?: Network;
  /** Default: the system's. */
  readonly time?: Pick<Time, 'background' | 'now'>;
}

export async function send(
  url: string,
  message: SignedMessage,
  { mayBePrivate, timeoutMs, network = internet, time = systemTime }: SenderOptions,
): Promise<Sent> {
  const late = new AbortController();
  const { signal } = late;
  const cancel = time.background(timeoutMs, () => late.abort());
  try {
    const posted = { url: new URL(url), message, signal };
    const addresses = await inTime(
      checkedAddresses(posted.url.hostname, mayBePrivate, network),
      signal,
    );
    const { status, retryAfter } = await network.post({ ...posted, addresses });
    const pauseMs = askedPauseMs(status, retryAfter, time.now());
    const sent = { outcome: outcomeOf(status), status };
    return pauseMs === undefined ? sent : { ...sent, askedPauseMs: pauseMs };
  } catch (error) {
    return { outcome: signal.aborted ? 'TIMEOUT' : failureOf(error), status: null };
  } finally {
    cancel();
  }
}

/** A name server cannot be cancelled; its answer is then not waited for. */
function inTime<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new ConnectionEndedError('Out of time')), {
      once: true,
    });
    promise.then(resolve, reject);
  });
}

function outcomeOf(status: number): SendOutcome {
  if (status >= 200 && status <= 299) return 'DELIVERED';
  if (status >= 300 && status <= 399) return 'REDIRECTED';
  return status === 410 ? 'GONE' : 'REFUSED';
}

function failureOf(error: unknown): SendOutcome {
  if (error instanceof AddressRefusedError) return 'ADDRESS_REFUSED';
  const code = (error as NodeJS.ErrnoException).code ?? '';
  // llhttp's codes; https://nodejs.org/api/errors.html
  if (code.startsWith('HPE_')) return 'GARBLED';
  return error instanceof ConnectionEndedError || ['ECONNRESET', 'EPIPE'].includes(code)
    ? 'CLOSED'
    : 'UNREACHABLE';
}
