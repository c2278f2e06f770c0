// Sending to a reader no faster than it reads.
import type { ServerWritableStream } from '@grpc/grpc-js';
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadResp } from './event-messages.js';

/** Events are written as the bytes that they are on the wire. */
export type ReadCall = ServerWritableStream<
  InstanceType<typeof streams.ReadReq>,
  ReadResp | Uint8Array
>;

/** Resolves when more may be written, or when the call is over. */
export function drained(call: ReadCall): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      call.off('drain', done);
      call.off('cancelled', done);
      call.off('close', done);
      resolve();
    };
    call.once('drain', done);
    call.once('cancelled', done);
    call.once('close', done);
  });
}

/** Sends all messages, waiting whenever the reader is behind; stops when the reader has gone. */
export async function sendAll(
  call: ReadCall,
  messages: Iterable<ReadResp | Uint8Array>,
): Promise<void> {
  for (const message of messages) {
    if (call.cancelled) return;
    if (!call.write(message)) await drained(call);
  }
}
