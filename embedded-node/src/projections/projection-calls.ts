// The gRPC service of projections: it enables and disables the system projections. Everything that
// needs JavaScript is unimplemented.
import { type Metadata, type sendUnaryData, status } from '@grpc/grpc-js';
import type { ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import protobufStruct from 'google-protobuf/google/protobuf/struct_pb.js';
import messages from '@eventstore/db-client/generated/projections_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { Access } from '../persistent/ports.js';
import { statusOfWrite, unexpected, StatusError } from '../wire/statuses.js';
import { type ProjectionName, PROJECTIONS } from './emitted-links.js';
import type { SystemProjections } from './system-projections.js';

interface NamedRequest {
  getName(): string;
}

interface Disabled extends NamedRequest {
  getWriteCheckpoint(): boolean;
}

type EnableResp = InstanceType<typeof messages.EnableResp>;
type DisableResp = InstanceType<typeof messages.DisableResp>;
type StateResp = InstanceType<typeof messages.StateResp>;
type ResultResp = InstanceType<typeof messages.ResultResp>;
type DeleteResp = InstanceType<typeof messages.DeleteResp>;

type Respond<Response> = sendUnaryData<Response>;
type ProjectionCall<Options> = ServerUnaryCall<{ getOptions(): Options | undefined }, unknown>;
type StatisticsReq = InstanceType<typeof messages.StatisticsReq>;
type StatisticsResp = InstanceType<typeof messages.StatisticsResp>;

export class ProjectionCalls {
  constructor(
    private readonly access: Access,
    private readonly projections: SystemProjections,
  ) {}

  handlers() {
    return {
      statistics: (call: ServerWritableStream<StatisticsReq, StatisticsResp>) => {
        try {
          this.access.requireUser(call.metadata);
          for (const name of namesIn(call.request)) call.write(this.statisticsOf(name));
          call.end();
        } catch (error) {
          call.emit('error', error);
        }
      },
      enable: this.ofOne<NamedRequest, EnableResp>('requireOperator', 'Updated', async (name) => {
        await this.projections.enable(name);
        return new messages.EnableResp();
      }),
      disable: this.ofOne<Disabled, DisableResp>(
        'requireOperator',
        'Updated',
        async (name, options) => {
          await this.projections.disable(name, !options.getWriteCheckpoint());
          return new messages.DisableResp();
        },
      ),
      state: this.ofOne<NamedRequest, StateResp>('requireUser', 'ProjectionState', () =>
        new messages.StateResp().setState(nothing()),
      ),
      result: this.ofOne<NamedRequest, ResultResp>('requireUser', 'ProjectionResult', () =>
        new messages.ResultResp().setResult(nothing()),
      ),
      delete: this.ofOne<NamedRequest, DeleteResp>('requireOperator', 'Updated', () => {
        throw unexpectedReply('Updated', 'OperationFailed');
      }),
      restartSubsystem: (
        { metadata }: { readonly metadata: Metadata },
        answer: Respond<InstanceType<typeof shared.Empty>>,
      ) => {
        answerWith(answer, () => {
          this.access.requireOperator(metadata);
          return new shared.Empty();
        });
      },
    };
  }

  /** A call about an existing projection. */
  private ofOne<Options extends NamedRequest, Response>(
    right: 'requireUser' | 'requireOperator',
    expected: string,
    response: (name: ProjectionName, options: Options) => Response | Promise<Response>,
  ) {
    return ({ metadata, request }: ProjectionCall<Options>, answer: Respond<Response>) => {
      answerWith(answer, () => {
        this.access[right](metadata);
        const options = request.getOptions();
        if (options === undefined) throw unexpected();
        return response(existing(options.getName(), expected), options);
      });
    };
  }

  private statisticsOf(name: ProjectionName): StatisticsResp {
    const { status, version, position, endOfLog } = this.projections.progressOf(name);
    const at = `C:${position}/P:${position}`;
    const details = new messages.StatisticsResp.Details();
    details.setName(name).setEffectivename(name).setMode('Continuous').setStatus(status);
    details.setPosition(at).setLastcheckpoint(at);
    details.setProgress(endOfLog === 0 ? 100 : (100 * position) / endOfLog);
    details.setEpoch('-1').setVersion(String(version));
    return new messages.StatisticsResp().setDetails(details);
  }
}

function nothing() {
  return new protobufStruct.Value().setStructValue(new protobufStruct.Struct());
}

/** The system projections are all continuous; the other kinds have none. */
function namesIn(request: StatisticsReq): readonly ProjectionName[] {
  const options = request.getOptions();
  if (options === undefined) throw unexpected();
  if (options.hasTransient() || options.hasOneTime()) return [];
  const name = options.getName();
  return name === '' ? PROJECTIONS : [existing(name, 'Statistics')];
}

/** @throws StatusError for an unknown name */
function existing(name: string, expected: string): ProjectionName {
  const found = PROJECTIONS.find((known) => known === name);
  if (found === undefined) throw unexpectedReply(expected, 'NotFound');
  return found;
}

/** The real server's words, which improve only in version 24. */
function unexpectedReply(expected: string, received: string): StatusError {
  const details = `Envelope callback expected ${expected}, received ${received} instead`;
  return new StatusError(status.UNKNOWN, details);
}

function answerWith<Response>(
  answer: Respond<Response>,
  work: () => Response | Promise<Response>,
): void {
  const carriedOut = async () => work();
  carriedOut().then(
    (response) => answer(null, response),
    (error: unknown) => answer(statusOfWrite(error)),
  );
}
