// A gRPC client that knows no messages: any bytes to any method, as many calls as it likes, and
// callers that read nothing. What a server must endure from strangers is said with it.
import {
  Client,
  credentials,
  Metadata,
  status,
  type ClientDuplexStream,
  type ServiceError,
} from '@grpc/grpc-js';
import operationsGrpc from '@eventstore/db-client/generated/operations_grpc_pb.js';
import { officialServices } from '../wire/official-services.js';

/** It does what it says, whatever is sent with it. */
const SHUTDOWN = operationsGrpc.OperationsService.shutdown.path;

/**
 * The paths of all methods that the client's package knows of, but for the one that ends the node.
 */
export const methods: readonly string[] = officialServices
  .flatMap((service) => Object.values(service).map(({ path }) => path))
  .filter((path) => path !== SHUTDOWN);

export type RawCall = ClientDuplexStream<Buffer, Buffer>;

const asIs = (bytes: Buffer) => bytes;

export class RawClient {
  private readonly client: Client;
  private readonly calls = new Set<RawCall>();

  /** @param address as host:port */
  constructor(address: string) {
    this.client = new Client(address, credentials.createInsecure(), {
      // Each has a connection of its own, as strangers do.
      'grpc.use_local_subchannel_pool': 1,
      'grpc.max_send_message_length': -1,
    });
  }

  /** Any method may be called as a stream in both directions: on the wire it is the same. */
  open(path: string, deadlineMs = Infinity, metadata = new Metadata()): RawCall {
    const deadline = deadlineMs === Infinity ? Infinity : Date.now() + deadlineMs;
    const call = this.client.makeBidiStreamRequest(path, asIs, asIs, metadata, { deadline });
    this.calls.add(call);
    call.once('close', () => this.calls.delete(call));
    return call;
  }

  /** Sends the messages and answers the status with which the call ended. */
  async call(
    path: string,
    messages: readonly Buffer[],
    deadlineMs = 300,
    metadata?: Metadata,
  ): Promise<status> {
    const call = this.open(path, deadlineMs, metadata);
    const ended = statusOf(call);
    call.resume();
    for (const message of messages) call.write(message);
    call.end();
    return ended;
  }

  /** Goes away, with everything that it has open: closing a channel lets its calls go on. */
  close(): void {
    for (const call of this.calls) call.cancel();
    this.client.close();
  }
}

/** With which status a call ends. */
export function statusOf(call: RawCall): Promise<status> {
  return new Promise((resolve) => {
    call.on('status', ({ code }: { readonly code: status }) => resolve(code));
    // The status tells the same; without a listener the error would end the process.
    call.on('error', (error: ServiceError) => resolve(error.code));
  });
}
