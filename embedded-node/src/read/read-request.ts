// Decodes a read request.
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { streamNameOf } from '../wire/event-messages.js';
import { type EventFilter, eventFilter } from './event-filter.js';
import { LAST_REVISION } from '../log/logged-event.js';
import { invalid, unexpected } from '../wire/statuses.js';

const END = 2n ** 64n - 1n;

type ReadOptions = InstanceType<typeof streams.ReadReq.Options>;

export type Start = 'start' | 'end' | bigint;

export interface ReadRequest {
  readonly target: { readonly stream: string; readonly from: Start } | { readonly all: Start };
  /**
   * Whether the response includes the stream's first and last revision, which clients request from
   * compatibility 1.
   */
  readonly tellsEnds: boolean;
  readonly isForwards: boolean;
  readonly resolveLinks: boolean;
  readonly structuredIds: boolean;
  /** Maximum number of events; undefined for a subscription. */
  readonly maxCount: bigint | undefined;
  readonly filter: EventFilter | undefined;
}

/** @throws StatusError for requests that the real server refuses */
export function readRequest(options: ReadOptions | undefined): ReadRequest {
  if (options === undefined) throw unexpected();
  demandCombination(options);
  if (options.hasCount() && BigInt(options.getCount()) === 0n) throw unexpected();
  const filter = options.getFilter();
  const maxCount = options.hasSubscription() ? undefined : BigInt(options.getCount());
  return {
    target: targetOf(options),
    tellsEnds: (options.getControlOption()?.getCompatibility() ?? 0) >= 1,
    isForwards: isForwards(options),
    resolveLinks: options.getResolveLinks(),
    structuredIds: options.getUuidOption()?.hasStructured() === true,
    maxCount,
    filter: filter && eventFilter(filter, options.hasSubscription()),
  };
}

function isForwards(options: ReadOptions): boolean {
  return options.getReadDirection() === streams.ReadReq.Options.ReadDirection.FORWARDS;
}

/** A stream has no filter, and a subscription reads forwards. */
function demandCombination(options: ReadOptions): void {
  if (!options.hasStream() && !options.hasAll()) throw invalid('Neither a stream nor $all');
  if (!options.hasCount() && !options.hasSubscription()) throw invalid('Neither count nor end');
  if (!options.hasFilter() && !options.hasNoFilter()) throw invalid('No filter option');
  if (options.hasStream() && options.hasFilter()) throw invalid('A stream cannot be filtered');
  if (options.hasSubscription() && !isForwards(options)) {
    throw invalid('A subscription goes forwards');
  }
}

function targetOf(options: ReadOptions): ReadRequest['target'] {
  const stream = options.getStream();
  if (stream !== undefined) {
    const name = streamNameOf(stream.getStreamIdentifier());
    if (name === '') throw unexpected();
    const from = stream.hasRevision() ? placeOf(stream.getRevision()) : startOf(stream);
    return { stream: name, from };
  }
  const all = options.getAll();
  if (all === undefined) throw unexpected();
  const position = all.getPosition();
  if (position === undefined) return { all: startOf(all) };
  return { all: positionOf(position) };
}

interface WirePosition {
  getCommitPosition(): string;
  getPreparePosition(): string;
}

/**
 * A position of `$all`; the greatest number in both halves is the end.
 *
 * @throws StatusError for an invalid position
 */
export function positionOf(position: WirePosition): 'end' | bigint {
  const commit = placeOf(position.getCommitPosition());
  const prepare = placeOf(position.getPreparePosition());
  if (commit === 'end' || prepare === 'end') {
    if (commit !== prepare) throw unexpected();
    return 'end';
  }
  if (prepare > commit) throw unexpected();
  return commit;
}

/**
 * A revision, or half of a position: an unsigned 64-bit number. The greatest one means the end; all
 * others must fit into a signed one.
 *
 * @throws StatusError for any other
 */
export function placeOf(text: string): 'end' | bigint {
  const place = BigInt.asUintN(64, BigInt(text));
  if (place === END) return 'end';
  if (place > LAST_REVISION) throw unexpected();
  return place;
}

function startOf(options: { hasStart(): boolean; hasEnd(): boolean }): Start {
  if (options.hasStart()) return 'start';
  if (options.hasEnd()) return 'end';
  throw unexpected();
}
