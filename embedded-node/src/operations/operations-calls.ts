// The gRPC service of operations, as far as it applies to a single node: calls about other nodes
// succeed and change nothing.
import type { Metadata, sendUnaryData } from '@grpc/grpc-js';
import type { IOperationsServer } from '@eventstore/db-client/generated/operations_grpc_pb.js';
import messages from '@eventstore/db-client/generated/operations_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { Access } from '../persistent/ports.js';
import { statusOfWrite, unexpected } from '../wire/statuses.js';
import type { OnlineScavenge } from './online-scavenge.js';

type ScavengeResp = InstanceType<typeof messages.ScavengeResp>;
type ScavengeResult = ReturnType<ScavengeResp['getScavengeResult']>;
type Empty = InstanceType<typeof shared.Empty>;

interface OperationsCall {
  readonly metadata: Metadata;
}

export interface OperationsParts {
  readonly access: Pick<Access, 'requireOperator'>;
  readonly scavenge: OnlineScavenge;
  readonly restartPersistentSubscriptions: () => Promise<void>;
  /** Stops the node after the requesting call is answered. */
  readonly shutDown: () => void;
}

const { STARTED, STOPPED, INPROGRESS } = messages.ScavengeResp.ScavengeResult;

export function operationsHandlers(parts: OperationsParts): IOperationsServer {
  const { access, scavenge } = parts;

  const answer = <Response>(
    { metadata }: OperationsCall,
    done: sendUnaryData<Response>,
    work: () => Response | Promise<Response>,
  ): void => {
    const carriedOut = async () => {
      access.requireOperator(metadata);
      return work();
    };
    carriedOut().then(
      (response) => done(null, response),
      (error: unknown) => done(statusOfWrite(error)),
    );
  };
  const acknowledged =
    (work: () => unknown) => (call: OperationsCall, done: sendUnaryData<Empty>) => {
      answer(call, done, async () => {
        await work();
        return new shared.Empty();
      });
    };

  return {
    startScavenge: (call, done) => {
      answer(call, done, () => {
        if (call.request.getOptions() === undefined) throw unexpected();
        const running = scavenge.runningId;
        if (running !== undefined) return scavengeResponse(running, INPROGRESS);
        return scavengeResponse(scavenge.start(), STARTED);
      });
    },
    stopScavenge: (call, done) => {
      answer(call, done, async () => {
        const options = call.request.getOptions();
        if (options === undefined) throw unexpected();
        return scavengeResponse(await scavenge.stop(options.getScavengeId()), STOPPED);
      });
    },
    // The log has one index, which is never split.
    mergeIndexes: acknowledged(() => undefined),
    // No other node can become the leader.
    resignNode: acknowledged(() => undefined),
    setNodePriority: acknowledged(() => undefined),
    restartPersistentSubscriptions: acknowledged(() => parts.restartPersistentSubscriptions()),
    shutdown: acknowledged(() => {
      setImmediate(parts.shutDown);
    }),
  };
}

function scavengeResponse(id: string, result: ScavengeResult): ScavengeResp {
  return new messages.ScavengeResp().setScavengeId(id).setScavengeResult(result);
}
