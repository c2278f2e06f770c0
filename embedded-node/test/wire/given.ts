// What the tests of the wire begin with: the generated clients, without the official one above
// them, so that requests can be sent which it would never make, or which only other clients make.
import { once } from 'node:events';
import {
  type ClientReadableStream,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';

/** A call's status, its trailers, and what was answered before. */
export interface Answer<Response> {
  readonly code: status;
  readonly trailers: Readonly<Record<string, unknown>>;
  readonly messages: readonly Response[];
}

export const nothing = () => new shared.Empty();

export const named = (stream: string) =>
  new shared.StreamIdentifier().setStreamName(Buffer.from(stream).toString('base64'));

export const uuid = (text: string) => new shared.UUID().setString(text);

/** By the five forms that the protocol has. */
export type Expected = 'any' | 'no stream' | 'exists' | bigint;

interface WithExpectation {
  setAny(value: InstanceType<typeof shared.Empty>): unknown;
  setNoStream(value: InstanceType<typeof shared.Empty>): unknown;
  setStreamExists(value: InstanceType<typeof shared.Empty>): unknown;
  setRevision(value: string): unknown;
}

export function expecting<Options extends WithExpectation>(options: Options, expected: Expected) {
  if (expected === 'any') options.setAny(nothing());
  else if (expected === 'no stream') options.setNoStream(nothing());
  else if (expected === 'exists') options.setStreamExists(nothing());
  else options.setRevision(String(expected));
  return options;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

export function streamsClient({ host, port }: Address) {
  return new streamsGrpc.StreamsClient(`${host}:${port}`, credentials.createInsecure());
}

/** Closes a client in a `Cleanup`, which waits for promises. */
export async function closed(client: { close(): void }): Promise<void> {
  await Promise.resolve();
  client.close();
}

export function proposed(id: string, type = 'Happened', contentType = 'application/json') {
  const message = new streams.AppendReq.ProposedMessage();
  message.setId(uuid(id)).setData(Buffer.from('{}').toString('base64'));
  message.getMetadataMap().set('type', type).set('content-type', contentType);
  return new streams.AppendReq().setProposedMessage(message);
}

export function appendOptions(stream: string, expected: Expected) {
  const options = new streams.AppendReq.Options().setStreamIdentifier(named(stream));
  return new streams.AppendReq().setOptions(expecting(options, expected));
}

/** Resolves with the status, be it OK or not. */
export function unary<Response>(
  call: (done: (error: ServiceError | null, response?: Response) => void) => unknown,
): Promise<Answer<Response>> {
  return new Promise((resolve) => {
    call((error, response) => {
      resolve({
        code: error?.code ?? status.OK,
        trailers: ownTrailers(error?.metadata),
        messages: response === undefined ? [] : [response],
      });
    });
  });
}

/** Everything that a call gives, up to its end. */
export function listened<Response>(
  call: ClientReadableStream<Response>,
): Promise<Answer<Response>> {
  return new Promise((resolve) => {
    const messages: Response[] = [];
    call.on('data', (message: Response) => messages.push(message));
    // What failed is told by the status too.
    call.on('error', () => undefined);
    call.on('status', ({ code, metadata }) => {
      resolve({ code, trailers: ownTrailers(metadata), messages });
    });
  });
}

/** Collects what a call gives, for a test to take it in portions. */
export class Inbox<Response> {
  private readonly got: Response[] = [];
  /** How the call ends. */
  readonly ended: Promise<Answer<Response>>;

  constructor(private readonly call: ClientReadableStream<Response>) {
    this.ended = listened(call);
    call.on('data', (message: Response) => this.got.push(message));
  }

  /** The next so many messages. */
  async next(count: number): Promise<Response[]> {
    while (this.got.length < count) await once(this.call, 'data');
    return this.got.splice(0, count);
  }

  /** Ends the call from this side. */
  async cancel(): Promise<Answer<Response>> {
    this.call.cancel();
    return this.ended;
  }
}

/** Without those of HTTP. */
function ownTrailers(metadata = new Metadata()): Record<string, unknown> {
  const ofHttp = ['date', 'content-type'];
  return Object.fromEntries(
    Object.entries(metadata.getMap()).filter(([name]) => !ofHttp.includes(name)),
  );
}
