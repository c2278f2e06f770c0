// The gRPC service of projections: those of the system can be enabled and disabled, those of users
// created and deleted, too.
import { type Metadata, type sendUnaryData, status } from '@grpc/grpc-js';
import type { ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import protobufStruct, { type JavaScriptValue } from 'google-protobuf/google/protobuf/struct_pb.js';
import messages from '@eventstore/db-client/generated/projections_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { Access } from '../persistent/ports.js';
import { isOperator } from '../security/principal.js';
import type { ManagedProjection } from '../user-projections/managed-projection.js';
import type { ProjectionMode, RunAs } from '../user-projections/stored-projection.js';
import { CommandRefused } from '../user-projections/command-refused.js';
import {
  type NewProjection,
  TooManyProjections,
  type UserProjections,
} from '../user-projections/user-projections.js';
import { statusOfWrite, unexpected, StatusError } from '../wire/statuses.js';
import { type ProjectionName, PROJECTIONS } from './emitted-links.js';
import { type StatisticsResp, systemStatistics, userStatistics } from './statistics.js';
import type { SystemProjections } from './system-projections.js';

type Respond<Response> = sendUnaryData<Response>;
type Call<Options> = ServerUnaryCall<{ getOptions(): Options | undefined }, unknown>;
type StatisticsReq = InstanceType<typeof messages.StatisticsReq>;
type CreateOptions = InstanceType<typeof messages.CreateReq.Options>;
type UpdateOptions = InstanceType<typeof messages.UpdateReq.Options>;
type DeleteOptions = InstanceType<typeof messages.DeleteReq.Options>;
type DisableOptions = InstanceType<typeof messages.DisableReq.Options>;
type StateOptions = InstanceType<typeof messages.StateReq.Options>;
type Value = InstanceType<typeof protobufStruct.Value>;

interface NamedRequest {
  getName(): string;
}

interface CallParts {
  readonly access: Access;
  readonly system: SystemProjections;
  readonly users: UserProjections;
  readonly runAs: (headers: Metadata) => RunAs;
}

export class ProjectionCalls {
  constructor(private readonly parts: CallParts) {}

  handlers() {
    return {
      statistics: (call: ServerWritableStream<StatisticsReq, StatisticsResp>) =>
        this.statistics(call),
      create: this.change<CreateOptions, InstanceType<typeof messages.CreateResp>>(
        (options, headers) => this.create(options, headers),
        () => new messages.CreateResp(),
      ),
      update: this.change<UpdateOptions, InstanceType<typeof messages.UpdateResp>>(
        (options, headers) => this.update(options, headers),
        () => new messages.UpdateResp(),
      ),
      delete: this.change<DeleteOptions, InstanceType<typeof messages.DeleteResp>>(
        (options, headers) => this.delete(options, headers),
        () => new messages.DeleteResp(),
      ),
      enable: this.change<NamedRequest, InstanceType<typeof messages.EnableResp>>(
        (options, headers) => this.enable(options.getName(), headers),
        () => new messages.EnableResp(),
      ),
      disable: this.change<DisableOptions, InstanceType<typeof messages.DisableResp>>(
        (options, headers) => this.disable(options, headers),
        () => new messages.DisableResp(),
      ),
      reset: this.change<NamedRequest, InstanceType<typeof messages.ResetResp>>(
        (options, headers) => this.changeable(options.getName(), headers).reset(),
        () => new messages.ResetResp(),
      ),
      state: this.look<InstanceType<typeof messages.StateResp>>('ProjectionState', (options) =>
        new messages.StateResp().setState(valueOf(this.stateOf(options)?.state)),
      ),
      result: this.look<InstanceType<typeof messages.ResultResp>>('ProjectionResult', (options) =>
        new messages.ResultResp().setResult(valueOf(this.stateOf(options)?.result)),
      ),
      restartSubsystem: (
        { metadata }: { readonly metadata: Metadata },
        answer: Respond<InstanceType<typeof shared.Empty>>,
      ) => {
        answerWith(answer, 'SubsystemRestarting', async () => {
          this.parts.access.requireOperator(metadata);
          await this.parts.users.restart();
          return new shared.Empty();
        });
      },
    };
  }

  /** The real server asks first for a user, then for the projection, then for the user's rights. */
  private change<Options, Response>(
    work: (options: Options, headers: Metadata) => Promise<void>,
    response: () => Response,
  ) {
    return ({ metadata, request }: Call<Options>, answer: Respond<Response>) => {
      answerWith(answer, 'Updated', async () => {
        this.parts.access.requireUser(metadata);
        const options = request.getOptions();
        if (options === undefined) throw unexpected();
        await this.parts.users.restarted();
        await work(options, metadata);
        return response();
      });
    };
  }

  /** What every user may see. */
  private look<Response>(expected: string, response: (options: StateOptions) => Response) {
    return ({ metadata, request }: Call<StateOptions>, answer: Respond<Response>) => {
      answerWith(answer, expected, () => {
        this.parts.access.requireUser(metadata);
        const options = request.getOptions();
        if (options === undefined) throw unexpected();
        return response(options);
      });
    };
  }

  private statistics(call: ServerWritableStream<StatisticsReq, StatisticsResp>): void {
    try {
      this.parts.access.requireUser(call.metadata);
      for (const statistics of this.statisticsFor(call.request)) call.write(statistics);
      call.end();
    } catch (error) {
      call.emit('error', statusOf(error, 'Statistics'));
    }
  }

  private statisticsFor(request: StatisticsReq): StatisticsResp[] {
    const { system, users } = this.parts;
    const options = request.getOptions();
    if (options === undefined) throw unexpected();
    const name = options.getName();
    if (name !== '') {
      const ofSystem = systemNameOf(name);
      return [
        ofSystem === undefined
          ? userStatistics(users.of(name))
          : systemStatistics(system, ofSystem),
      ];
    }
    const mode = options.hasTransient()
      ? 'Transient'
      : options.hasOneTime()
        ? 'OneTime'
        : options.hasContinuous()
          ? 'Continuous'
          : undefined;
    const ofUsers = users
      .all()
      .filter(({ definition }) => mode === undefined || definition.mode === mode);
    const ofSystem = mode === undefined || mode === 'Continuous' ? PROJECTIONS : [];
    return [
      ...ofSystem.map((known) => systemStatistics(system, known)),
      ...ofUsers.map(userStatistics),
    ];
  }

  private async create(options: CreateOptions, headers: Metadata): Promise<void> {
    const projection = newProjection(options);
    this.demandRights(projection.mode, headers);
    await this.parts.users.create({ ...projection, runAs: this.parts.runAs(headers) });
  }

  private update(options: UpdateOptions, headers: Metadata): Promise<void> {
    const emitEnabled = options.hasEmitEnabled() ? options.getEmitEnabled() : undefined;
    const projection = this.changeable(options.getName(), headers);
    return projection.update(options.getQuery(), emitEnabled, this.parts.runAs(headers));
  }

  /** Of transient ones, too, only operators delete any. */
  private delete(options: DeleteOptions, headers: Metadata): Promise<void> {
    this.parts.access.requireOperator(headers);
    const name = options.getName();
    if (systemNameOf(name) !== undefined) throw new CommandRefused('OperationFailed');
    return this.parts.users.delete(name, {
      deleteCheckpointStream: options.getDeleteCheckpointStream(),
      deleteEmittedStreams: options.getDeleteEmittedStreams(),
    });
  }

  private enable(name: string, headers: Metadata): Promise<void> {
    const ofSystem = systemNameOf(name);
    if (ofSystem === undefined) return this.changeable(name, headers).enable();
    this.demandRights('Continuous', headers);
    return this.parts.system.enable(ofSystem);
  }

  private disable(options: DisableOptions, headers: Metadata): Promise<void> {
    const [name, writeCheckpoint] = [options.getName(), options.getWriteCheckpoint()];
    const ofSystem = systemNameOf(name);
    if (ofSystem !== undefined) {
      this.demandRights('Continuous', headers);
      return this.parts.system.disable(ofSystem, !writeCheckpoint);
    }
    const projection = this.changeable(name, headers);
    return writeCheckpoint ? projection.disable() : projection.abort();
  }

  /** Those of the system have no query, and are never reset. */
  private changeable(name: string, headers: Metadata): ManagedProjection {
    const isOfTheSystem = systemNameOf(name) !== undefined;
    const projection = isOfTheSystem ? undefined : this.parts.users.of(name);
    this.demandRights(projection?.definition.mode ?? 'Continuous', headers);
    if (projection === undefined) throw new CommandRefused('OperationFailed');
    return projection;
  }

  /** Every user may have transient ones; those that are kept are for operators. */
  private demandRights(mode: ProjectionMode, headers: Metadata): void {
    if (mode === 'Transient' || isOperator(this.parts.runAs(headers))) return;
    throw new CommandRefused('NotAuthorized');
  }

  /** Undefined for a projection of the system, which has no state. */
  private stateOf(options: StateOptions) {
    const name = options.getName();
    if (systemNameOf(name) !== undefined) return undefined;
    const projection = this.parts.users.of(name);
    projection.lastUsedMs = Date.now();
    return projection.stateOf(options.getPartition());
  }
}

function newProjection(options: CreateOptions): Omit<NewProjection, 'runAs'> {
  const query = options.getQuery();
  const plain = { query, emitEnabled: false, trackEmittedStreams: false };
  const continuous = options.getContinuous();
  if (continuous !== undefined) {
    const emitEnabled = continuous.getEmitEnabled();
    const trackEmittedStreams = continuous.getTrackEmittedStreams();
    // The real server's handler fails then.
    if (trackEmittedStreams && !emitEnabled) throw unexpected();
    const name = continuous.getName();
    return { ...plain, mode: 'Continuous', name, emitEnabled, trackEmittedStreams };
  }
  const transient = options.getTransient();
  if (transient !== undefined) return { ...plain, mode: 'Transient', name: transient.getName() };
  if (options.hasOneTime()) return { ...plain, mode: 'OneTime', name: undefined };
  throw unexpected();
}

/** @throws SyntaxError for a state that is a text but not JSON */
function valueOf(json: string | null | undefined): Value {
  if (json === null || json === undefined || json === '') {
    return new protobufStruct.Value().setStructValue(new protobufStruct.Struct());
  }
  return protobufStruct.Value.fromJavaScript(JSON.parse(json) as JavaScriptValue);
}

function systemNameOf(name: string): ProjectionName | undefined {
  return PROJECTIONS.find((known) => known === name);
}

/** Refusals in the real server's words, which improve only in version 24. */
function statusOf(error: unknown, expected: string): StatusError {
  if (error instanceof TooManyProjections) {
    return new StatusError(status.RESOURCE_EXHAUSTED, error.message);
  }
  if (!(error instanceof CommandRefused)) return statusOfWrite(error);
  const details = `Envelope callback expected ${expected}, received ${error.received} instead`;
  return new StatusError(status.UNKNOWN, details);
}

function answerWith<Response>(
  answer: Respond<Response>,
  expected: string,
  work: () => Response | Promise<Response>,
): void {
  const carriedOut = async () => work();
  carriedOut().then(
    (response) => answer(null, response),
    (error: unknown) => answer(statusOf(error, expected)),
  );
}
