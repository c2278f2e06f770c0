// The gRPC service of projections, as far as there are any: those of the system, which run for as long
// as the node does. Whatever would need JavaScript, and to stop one of them, stays unimplemented.
import { type Metadata, type sendUnaryData, status } from '@grpc/grpc-js';
import type { ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import protobufStruct from 'google-protobuf/google/protobuf/struct_pb.js';
import messages from '@eventstore/db-client/generated/projections_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { StatusError } from '../persistent/errors.js';
import type { Access } from '../persistent/ports.js';
import { unexpected } from '../wire/statuses.js';

/** By the names that the real server gives them. */
const SYSTEM_PROJECTIONS: readonly string[] = [
  '$streams',
  '$stream_by_category',
  '$by_category',
  '$by_event_type',
  '$by_correlation_id',
];

interface Progress {
  /** The last position that was looked at. */
  readonly position: number;
  readonly endOfLog: number;
}

interface Named {
  getName(): string;
}

type Answer<Response> = sendUnaryData<Response>;
type Call<Options> = ServerUnaryCall<{ getOptions(): Options | undefined }, unknown>;
type StatisticsReq = InstanceType<typeof messages.StatisticsReq>;
type StatisticsResp = InstanceType<typeof messages.StatisticsResp>;

export class ProjectionCalls {
  constructor(
    private readonly access: Access,
    private readonly progress: () => Progress,
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
      enable: this.ofOne('requireOperator', 'Updated', () => new messages.EnableResp()),
      state: this.ofOne('requireUser', 'ProjectionState', () => {
        const nothing = new protobufStruct.Value().setStructValue(new protobufStruct.Struct());
        return new messages.StateResp().setState(nothing);
      }),
      restartSubsystem: (
        { metadata }: { readonly metadata: Metadata },
        answer: Answer<InstanceType<typeof shared.Empty>>,
      ) => {
        answerWith(answer, () => {
          this.access.requireOperator(metadata);
          return new shared.Empty();
        });
      },
    };
  }

  /** A call about a projection that has to be there. */
  private ofOne<Response>(
    right: 'requireUser' | 'requireOperator',
    expected: string,
    response: () => Response,
  ) {
    return ({ metadata, request }: Call<Named>, answer: Answer<Response>) => {
      answerWith(answer, () => {
        this.access[right](metadata);
        const options = request.getOptions();
        if (options === undefined) throw unexpected();
        if (!SYSTEM_PROJECTIONS.includes(options.getName())) throw notFound(expected);
        return response();
      });
    };
  }

  private statisticsOf(name: string): StatisticsResp {
    const { position, endOfLog } = this.progress();
    const at = `C:${position}/P:${position}`;
    const details = new messages.StatisticsResp.Details();
    details.setName(name).setEffectivename(name).setMode('Continuous').setStatus('Running');
    details.setPosition(at).setLastcheckpoint(at);
    details.setProgress(endOfLog === 0 ? 100 : (100 * position) / endOfLog);
    details.setEpoch('-1');
    return new messages.StatisticsResp().setDetails(details);
  }
}

/** The system's projections are all continuous: of the other kinds there is none. */
function namesIn(request: StatisticsReq): readonly string[] {
  const options = request.getOptions();
  if (options === undefined) throw unexpected();
  if (options.hasTransient() || options.hasOneTime()) return [];
  const name = options.getName();
  if (name === '') return SYSTEM_PROJECTIONS;
  if (!SYSTEM_PROJECTIONS.includes(name)) throw notFound('Statistics');
  return [name];
}

/** In the words of the real server, which says no better until its version 24. */
function notFound(expected: string): StatusError {
  const details = `Envelope callback expected ${expected}, received NotFound instead`;
  return new StatusError(status.UNKNOWN, details);
}

function answerWith<Response>(answer: Answer<Response>, work: () => Response): void {
  try {
    answer(null, work());
  } catch (error) {
    answer(error instanceof StatusError ? error : unexpected());
  }
}
