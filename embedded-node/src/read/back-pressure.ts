// Sends to a reader no faster than it reads.
import { setImmediate as othersTurn } from 'node:timers/promises';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type streams from '@eventstore/db-client/generated/streams_pb.js';

/** Answers are written as the bytes that they are on the wire. */
export type ReadCall = ServerWritableStream<InstanceType<typeof streams.ReadReq>, Uint8Array>;

/**
 * A stream counts its waiting messages, not their bytes; larger messages are awaited one by one.
 */
const LARGE_BYTES = 32 * 1024;

/** Writes a message. Undefined when more may be written at once; otherwise resolves when it may. */
export function send(call: ReadCall, message: Uint8Array): Promise<void> | undefined {
  if (message.length > LARGE_BYTES) {
    return untilOver(call, (done) => call.write(message, done));
  }
  if (call.write(message)) return undefined;
  return untilOver(call, (done) => call.once('drain', done));
}

/** Resolves when the started work is done, or the call has ended. */
function untilOver(call: ReadCall, begin: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const name of ['drain', 'cancelled', 'close']) call.off(name, done);
      resolve();
    };
    call.once('cancelled', done);
    call.once('close', done);
    begin(done);
  });
}

/**
 * Sent in place of a message: many events were examined without a match, so other work gets a turn.
 */
export const NOTHING_YET = Symbol('nothing yet');

/** Sends all messages at the reader's speed; stops when the reader has gone. */
export async function sendAll(
  call: ReadCall,
  messages: Iterable<Uint8Array | typeof NOTHING_YET>,
): Promise<void> {
  for (const message of messages) {
    if (call.cancelled) return;
    const wait = message === NOTHING_YET ? othersTurn() : send(call, message);
    if (wait !== undefined) await wait;
  }
}
