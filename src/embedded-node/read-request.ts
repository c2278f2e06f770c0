// A read request on the wire → what is asked for.
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { streamNameOf } from './event-messages.js';
import { type EventFilter, eventFilter } from './event-filter.js';
import { invalid, unexpected } from './statuses.js';

type Options = InstanceType<typeof streams.ReadReq.Options>;

export type Start = 'start' | 'end' | bigint;

export interface ReadRequest {
  readonly target: { readonly stream: string; readonly from: Start } | { readonly all: Start };
  readonly isForwards: boolean;
  readonly resolveLinks: boolean;
  readonly structuredIds: boolean;
  /** How many events at most; undefined for a subscription. */
  readonly maxCount: bigint | undefined;
  readonly filter: EventFilter | undefined;
}

/** @throws StatusError for what the real server refuses */
export function readRequest(options: Options | undefined): ReadRequest {
  if (options === undefined) throw unexpected();
  const filter = options.getFilter();
  const isSubscription = options.hasSubscription();
  const maxCount = isSubscription ? undefined : BigInt(options.getCount());
  if (maxCount === 0n) throw unexpected();
  return {
    target: targetOf(options),
    isForwards: options.getReadDirection() === 0,
    resolveLinks: options.getResolveLinks(),
    structuredIds: options.getUuidOption()?.hasStructured() === true,
    maxCount,
    filter: filter && eventFilter(filter),
  };
}

function targetOf(options: Options): ReadRequest['target'] {
  const stream = options.getStream();
  if (stream !== undefined) {
    const name = streamNameOf(stream.getStreamIdentifier());
    if (name === '') throw invalid('A stream has a name');
    const from = stream.hasRevision() ? BigInt(stream.getRevision()) : startOf(stream);
    return { stream: name, from };
  }
  const all = options.getAll();
  if (all === undefined) throw unexpected();
  const position = all.getPosition();
  return { all: position === undefined ? startOf(all) : BigInt(position.getCommitPosition()) };
}

function startOf(options: { hasStart(): boolean; hasEnd(): boolean }): Start {
  if (options.hasStart()) return 'start';
  if (options.hasEnd()) return 'end';
  throw unexpected();
}
