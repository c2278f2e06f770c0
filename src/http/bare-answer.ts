// Responses on a connection without a reply object: a refused upgrade, or bytes that are not HTTP.
// They are JSON with a code, like all others.
import type { FastifyInstance } from 'fastify';
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ApiErrorCode } from '../errors/api-codes.js';
import { deadlines } from './deadlines.js';
import type { Logger } from './log.js';

/** Writes the response and closes the connection, even if the other side does not. */
export function answerBare(
  socket: Duplex,
  status: number,
  code: ApiErrorCode,
  endWithinMs = deadlines.refusedMs,
): void {
  const name = STATUS_CODES[status] ?? '';
  const body = bodyOf(name, code);
  const retry = status === 429 ? 'Retry-After: 1\r\n' : '';
  socket.end(
    `HTTP/1.1 ${status} ${name}\r\nConnection: close\r\nContent-Type: application/json\r\n${retry}` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  // Incoming bytes are read and dropped: unread bytes make the system discard the response.
  socket.resume();
  setTimeout(() => socket.destroy(), endWithinMs).unref();
}

const bodyOf = (message: string, code: ApiErrorCode) =>
  JSON.stringify({ errors: [{ message, extensions: { code } }] });

/** For Fastify: requests that Node's parser could not read or did not get in time. */
export function clientErrorHandler(log: Logger) {
  return (error: Error & { readonly code?: string }, socket: Duplex): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const [status, code] = refusals[error.code ?? ''] ?? [400, 'BAD_REQUEST'];
    log.info({ reason: error.code, status }, 'a request was refused');
    answerBare(socket, status, code);
  };
}

const refusals: Readonly<Record<string, readonly [number, ApiErrorCode]>> = {
  HPE_HEADER_OVERFLOW: [431, 'PAYLOAD_TOO_LARGE'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'PAYLOAD_TOO_LARGE'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'REQUEST_TIMEOUT'],
};

/** Answers an `Expect` other than 100-continue, for which Node sends a bare 417. */
export function answerExpectations({ server }: FastifyInstance): void {
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(417, { 'content-type': 'application/json', connection: 'close' });
    response.end(bodyOf('Expectation Failed', 'BAD_REQUEST'));
  });
}
