// One attempt to deliver a message over HTTP. Whatever the receiver does ends in an outcome. Only
// the status of its answer counts: no redirect is followed, and the body is not read.
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { AddressRefusedError, checkedAddress, lookupOf } from './public-address.js';
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
}

export interface SenderOptions {
  readonly mayBePrivate: boolean;
  /** From the start of an attempt to the head of the answer. */
  readonly timeoutMs: number;
}

const MAX_HEAD_BYTES = 16_384;

export async function send(
  url: string,
  message: SignedMessage,
  { mayBePrivate, timeoutMs }: SenderOptions,
): Promise<Sent> {
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const status = await statusOf(new URL(url), message, mayBePrivate, late);
    return { outcome: outcomeOf(status), status };
  } catch (error) {
    return { outcome: late.aborted ? 'TIMEOUT' : failureOf(error), status: null };
  }
}

async function statusOf(
  url: URL,
  { body, headers }: SignedMessage,
  mayBePrivate: boolean,
  signal: AbortSignal,
): Promise<number> {
  const address = await inTime(checkedAddress(url.hostname, mayBePrivate), signal);
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const call = request(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' },
      lookup: lookupOf(address),
      // A connection of its own: none that was kept is to another address.
      agent: false,
      maxHeaderSize: MAX_HEAD_BYTES,
      signal,
    });
    call.on('response', (answer) => {
      resolve(answer.statusCode ?? 0);
      answer.destroy();
    });
    // After the status, an error of the connection concerns nothing.
    call.on('error', reject);
    call.on('close', () => reject(new ClosedError('The connection ended')));
    call.end(body);
  });
}

/** A name server cannot be cancelled; its answer is then not waited for. */
function inTime<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new ClosedError('Out of time')), { once: true });
    promise.then(resolve, reject);
  });
}

class ClosedError extends Error {
  override readonly name = 'ClosedError';
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
  return error instanceof ClosedError || ['ECONNRESET', 'EPIPE'].includes(code)
    ? 'CLOSED'
    : 'UNREACHABLE';
}
