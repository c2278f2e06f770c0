// The classic append, which the client uses for calls with their own credentials, and the two ways
// to delete a stream: one request, one response.
import type { Metadata, sendUnaryData, ServerReadableStream, ServerUnaryCall } from '@grpc/grpc-js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { proposedMessage, streamNameOf } from '../wire/event-messages.js';
import type { Expectation } from './expectation.js';
import { type AppendMemory, IncomingEvents } from './incoming-events.js';
import { invalid, statusOfWrite, unexpected } from '../wire/statuses.js';
import type { StreamAccess } from '../security/stream-access.js';
import type { Writer, Written } from './writer.js';
import { WrongExpectedVersion } from '../errors.js';

type AppendReq = InstanceType<typeof streams.AppendReq>;
type AppendResp = InstanceType<typeof streams.AppendResp>;
type AppendOptions = InstanceType<typeof streams.AppendReq.Options>;
type DeleteReq = InstanceType<typeof streams.DeleteReq>;
type TombstoneReq = InstanceType<typeof streams.TombstoneReq>;

/** The options of every write have the same five kinds of expected revision. */
interface ExpectationOptions {
  hasRevision(): boolean;
  getRevision(): string;
  hasNoStream(): boolean;
  hasAny(): boolean;
  hasStreamExists(): boolean;
}

/** A request to delete a stream, of either kind. */
interface RemoveCall {
  readonly metadata: Metadata;
  readonly request: {
    getOptions():
      | (ExpectationOptions & {
          getStreamIdentifier(): InstanceType<typeof shared.StreamIdentifier> | undefined;
        })
      | undefined;
  };
}

const NO_STREAM_REVISION = 2n ** 64n - 1n;

export function expectationOf(options: ExpectationOptions): Expectation {
  if (options.hasRevision()) return exactly(BigInt(options.getRevision()));
  if (options.hasNoStream()) return 'no stream';
  if (options.hasAny()) return 'any';
  if (options.hasStreamExists()) return 'exists';
  throw invalid('No expectation is given');
}

/** In the protocol an exact 2^64 − 1 also means that there is no stream. */
export function exactly(revision: bigint): Expectation {
  return revision === NO_STREAM_REVISION ? 'no stream' : { revision };
}

/** The target of an append. */
interface Target {
  readonly stream: string;
  readonly expected: Expectation;
}

export class AppendCalls {
  constructor(
    private readonly writer: Pick<Writer, 'append' | 'softDelete' | 'tombstone'>,
    private readonly memory: AppendMemory,
    private readonly access: StreamAccess,
  ) {}

  append(call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>) {
    let target: Target | undefined;
    const refuse = (error: unknown) => {
      call.off('data', receive).off('end', finish).resume();
      events.discard();
      answer(statusOfWrite(error));
    };
    const events = new IncomingEvents(this.memory, refuse);
    const receive = (request: AppendReq) => {
      try {
        if (target === undefined) {
          target = this.permitted(request.getOptions(), call.metadata);
          events.hold(2 * target.stream.length);
          return;
        }
        // The options come first, once.
        const message = request.getProposedMessage();
        if (message === undefined) throw unexpected();
        events.add(proposedMessage(message));
      } catch (error) {
        refuse(error);
      }
    };
    const finish = () => {
      // A reset of the caller's also ends what is received, perhaps before its last events, and is
      // known as a cancellation only after that.
      setImmediate(() => {
        if (call.cancelled || events.isOver) return;
        this.carryOut(target, events).then((response) => answer(null, response), refuse);
      });
    };
    call.on('data', receive);
    call.on('end', finish);
    call.on('cancelled', () => events.discard());
  }

  delete(
    call: ServerUnaryCall<DeleteReq, InstanceType<typeof streams.DeleteResp>>,
    answer: sendUnaryData<InstanceType<typeof streams.DeleteResp>>,
  ) {
    this.remove(call, (stream, expected) => this.writer.softDelete(stream, expected)).then(
      ({ position }) => {
        const at = new streams.DeleteResp.Position();
        setPosition(at, position);
        answer(null, new streams.DeleteResp().setPosition(at));
      },
      (error: unknown) => answer(statusOfWrite(error)),
    );
  }

  tombstone(
    call: ServerUnaryCall<TombstoneReq, InstanceType<typeof streams.TombstoneResp>>,
    answer: sendUnaryData<InstanceType<typeof streams.TombstoneResp>>,
  ) {
    this.remove(call, (stream, expected) => this.writer.tombstone(stream, expected)).then(
      ({ position }) => {
        const at = new streams.TombstoneResp.Position();
        setPosition(at, position);
        answer(null, new streams.TombstoneResp().setPosition(at));
      },
      (error: unknown) => answer(statusOfWrite(error)),
    );
  }

  /**
   * Checks the target before any event is received.
   *
   * @throws StatusError
   */
  private permitted(options: AppendOptions | undefined, headers: Metadata): Target {
    if (options === undefined) throw unexpected();
    const expected = expectationOf(options);
    const stream = streamNameOf(options.getStreamIdentifier());
    if (stream === '') throw unexpected();
    this.access.demand('write', stream, headers);
    return { stream, expected };
  }

  private async remove(
    call: RemoveCall,
    write: (stream: string, expected: Expectation) => Promise<Written>,
  ): Promise<Written> {
    const options = call.request.getOptions();
    if (options === undefined) throw unexpected();
    const stream = streamNameOf(options.getStreamIdentifier());
    if (stream === '') throw unexpected();
    const expected = expectationOf(options);
    this.access.demand('delete', stream, call.metadata);
    return write(stream, expected);
  }

  private async carryOut(
    target: Target | undefined,
    incoming: IncomingEvents,
  ): Promise<AppendResp> {
    if (target === undefined) throw unexpected();
    const { stream, expected } = target;
    const events = incoming.take();
    try {
      return successResponse(await this.writer.append(stream, events, expected));
    } catch (error) {
      if (error instanceof WrongExpectedVersion) return wrongVersionResponse(error);
      throw error;
    }
  }
}

function successResponse({ revision, position }: Written): AppendResp {
  const success = new streams.AppendResp.Success();
  if (revision === null) success.setNoStream(new shared.Empty());
  else success.setCurrentRevision(String(revision));
  if (position === null) success.setNoPosition(new shared.Empty());
  else {
    const at = new streams.AppendResp.Position();
    setPosition(at, position);
    success.setPosition(at);
  }
  return new streams.AppendResp().setSuccess(success);
}

function wrongVersionResponse({ expected, current }: WrongExpectedVersion): AppendResp {
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (current === null) wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(String(current));
  if (expected === 'any') wrong.setExpectedAny(new shared.Empty());
  else if (expected === 'exists') wrong.setExpectedStreamExists(new shared.Empty());
  else if (expected === 'no stream') wrong.setExpectedNoStream(new shared.Empty());
  else wrong.setExpectedRevision(String(expected.revision));
  return new streams.AppendResp().setWrongExpectedVersion(wrong);
}

function setPosition(
  at: { setCommitPosition(value: string): unknown; setPreparePosition(value: string): unknown },
  position: number | null,
): void {
  at.setCommitPosition(String(position ?? 0));
  at.setPreparePosition(String(position ?? 0));
}
