// The gRPC service of streams: each call from request to response.
import streamsGrpc, {
  type IStreamsServer,
} from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { AppendCalls } from '../write/append-call.js';
import type { ReadCall } from '../read/back-pressure.js';
import { BatchAppendCall, type BatchCall } from '../write/batch-append-call.js';
import { CatchUp } from '../subscriptions/catch-up.js';
import { AppendMemory } from '../write/incoming-events.js';
import { Links } from '../log/links.js';
import type { Activity } from '../operations/activity.js';
import type { Log } from '../log/log.js';
import { Reads } from '../read/read-call.js';
import { readRequest } from '../read/read-request.js';
import { bounded } from '../wire/bounded-reader.js';
import { statusOfRead } from '../wire/statuses.js';
import { StreamReader } from '../read/stream-reader.js';
import type { StreamAccess } from '../security/stream-access.js';
import type { Streams } from '../log/streams.js';
import { batchRequest } from '../wire/batch-messages.js';
import type { Writer } from '../write/writer.js';

const StreamsService = bounded(streamsGrpc.StreamsService);

/** The generated service, with faster codecs for the messages that make up most of its traffic. */
export const streamsService = {
  ...StreamsService,
  read: {
    ...StreamsService.read,
    responseSerialize: asBuffer,
  },
  batchAppend: {
    ...StreamsService.batchAppend,
    requestDeserialize: batchRequest,
    responseSerialize: asBuffer,
  },
};

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

export interface NodeParts {
  readonly activity: Activity;
  /** Aborted when the node starts to stop. */
  readonly stopping: AbortSignal;
  readonly log: Log;
  readonly streams: Streams;
  readonly writer: Writer;
  /** Timeout of a batch append in milliseconds; undefined: the default. */
  readonly commitTimeoutMs?: number | undefined;
  /** The node's clock, in milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** Two calls have messages of their own: the read's answers and the batches are bytes. */
interface StreamsHandlers extends Pick<IStreamsServer, 'append' | 'delete' | 'tombstone'> {
  read(call: ReadCall): void;
  batchAppend(call: BatchCall): void;
}

export function streamsHandlers(parts: NodeParts, access: StreamAccess): StreamsHandlers {
  const { log, streams, writer, activity, stopping, nowMs } = parts;
  const links = new Links(log, streams, nowMs);
  const reads = new Reads(log, streams, new StreamReader(log, streams, nowMs), links);
  const catchUp = new CatchUp(log, streams, writer, links, nowMs, stopping);
  const memory = new AppendMemory();
  const appends = new AppendCalls(writer, memory, access);

  const read = async (call: ReadCall): Promise<void> => {
    const request = readRequest(call.request.getOptions());
    access.demand('read', 'all' in request.target ? '$all' : request.target.stream, call.metadata);
    await (request.maxCount === undefined
      ? activity.during('openSubscriptions', () => catchUp.serve(call, request))
      : activity.during('openReads', () => reads.answer(call, request)));
  };

  return {
    read: (call) => {
      read(call).catch((error: unknown) => {
        call.emit('error', statusOfRead(error));
      });
    },
    append: (call, answer) => appends.append(call, answer),
    batchAppend: (call) =>
      new BatchAppendCall(
        call,
        writer,
        memory,
        access,
        nowMs,
        stopping,
        parts.commitTimeoutMs,
      ).serve(),
    delete: (call, answer) => appends.delete(call, answer),
    tombstone: (call, answer) => appends.tombstone(call, answer),
  };
}
