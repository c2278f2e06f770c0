// Converts this service's requests to the node's terms. Old clients send the stream and the start
// in deprecated fields, which are still supported.
import type { CreateReq, UpdateReq } from '@eventstore/db-client/generated/persistent_pb.js';
import type { StreamIdentifier } from '@eventstore/db-client/generated/shared_pb.js';
import { placeOf, positionOf } from '../read/read-request.js';
import { streamNameOf } from '../wire/event-messages.js';
import { unexpected } from '../wire/statuses.js';
import {
  allStream,
  neverMs,
  type FilterDefinition,
  type GroupDefinition,
  type GroupSettings,
  type StartFrom,
  type StrategyName,
} from './settings.js';

type GroupOptions = CreateReq.Options | UpdateReq.Options;
type Settings = CreateReq.Settings | UpdateReq.Settings;

const ticksPerMs = 10_000;

/** Indexed by the protocol's enumeration. */
const namedStrategies: readonly StrategyName[] = ['DispatchToSingle', 'RoundRobin', 'Pinned'];

interface Sourced {
  hasStreamIdentifier(): boolean;
  getStreamIdentifier(): StreamIdentifier | undefined;
}

export function streamName(identifier: StreamIdentifier | undefined): string {
  if (!identifier) throw unexpected();
  return streamNameOf(identifier);
}

/** The source of a request: `$all` or a stream. */
export function sourceOf(options: Sourced & { hasAll(): boolean }): string {
  return options.hasAll() ? allStream : streamName(options.getStreamIdentifier());
}

function messageTimeoutMs(settings: Settings): number {
  return settings.hasMessageTimeoutTicks()
    ? Number(settings.getMessageTimeoutTicks()) / ticksPerMs
    : settings.getMessageTimeoutMs();
}

/** No interval means never. */
function checkpointAfterMs(settings: Settings): number {
  const ms = settings.hasCheckpointAfterTicks()
    ? Number(settings.getCheckpointAfterTicks()) / ticksPerMs
    : settings.getCheckpointAfterMs();
  return ms === 0 ? neverMs : ms;
}

function strategyOf(settings: Settings): string {
  const text = 'getConsumerStrategy' in settings ? settings.getConsumerStrategy() : '';
  return text === '' ? (namedStrategies[settings.getNamedConsumerStrategy()] ?? '') : text;
}

function startOf(options: GroupOptions, settings: Settings): StartFrom {
  const all = options.getAll();
  if (all) {
    const position = all.getPosition();
    if (position !== undefined) return positionOf(position);
    return all.hasEnd() ? 'end' : 0n;
  }
  const stream = options.getStream();
  // Old clients send the start in a deprecated field, with −1 for the end.
  if (!stream) return placeOf(settings.getRevision());
  if (stream.hasEnd()) return 'end';
  return stream.hasStart() ? 0n : placeOf(stream.getRevision());
}

/** Only for a position whose two halves differ. */
function prepareOf(options: GroupOptions): bigint | undefined {
  const position = options.getAll()?.getPosition();
  if (position === undefined) return undefined;
  const prepare = BigInt(position.getPreparePosition());
  return prepare === BigInt(position.getCommitPosition()) ? undefined : prepare;
}

function filterOf(options: GroupOptions): FilterDefinition | undefined {
  const all = options.getAll();
  const filter = all && 'getFilter' in all ? all.getFilter() : undefined;
  if (!filter) return undefined;
  const expression = filter.getEventType() ?? filter.getStreamIdentifier();
  const on = filter.hasEventType() ? 'eventType' : 'stream';
  const regex = expression?.getRegex() ?? '';
  if (regex !== '') return { on, regex };
  return { on, prefixes: expression?.getPrefixList() ?? [] };
}

function settingsOf(
  options: GroupOptions,
  settings: Settings,
  strategy: StrategyName,
): GroupSettings {
  const startPrepare = prepareOf(options);
  return {
    resolveLinks: settings.getResolveLinks(),
    extraStatistics: settings.getExtraStatistics(),
    messageTimeoutMs: messageTimeoutMs(settings),
    maxRetryCount: settings.getMaxRetryCount(),
    checkpointAfterMs: checkpointAfterMs(settings),
    minCheckpointCount: settings.getMinCheckpointCount(),
    maxCheckpointCount: settings.getMaxCheckpointCount(),
    maxSubscriberCount: settings.getMaxSubscriberCount(),
    liveBufferSize: settings.getLiveBufferSize(),
    readBatchSize: settings.getReadBatchSize(),
    historyBufferSize: settings.getHistoryBufferSize(),
    strategy,
    startFrom: startOf(options, settings),
    ...(startPrepare !== undefined && { startPrepare }),
  };
}

export interface GroupRequest {
  definition: GroupDefinition;
  /** Set if the request names an unknown consumer strategy. */
  unknownStrategy?: string;
  /** `$all`, requested as a stream. */
  isAllAsStream: boolean;
}

/** The group of a create or an update. Throws a status for a request without a source. */
export function groupRequest(options: GroupOptions | undefined): GroupRequest {
  const settings = options?.getSettings();
  if (!options || !settings) throw unexpected();
  const identifier = options.getStream()?.getStreamIdentifier() ?? options.getStreamIdentifier();
  const source = options.hasAll() ? allStream : streamName(identifier);
  const asked = strategyOf(settings);
  const strategy = knownStrategy(asked);
  const filter = filterOf(options);
  return {
    definition: {
      source,
      group: options.getGroupName(),
      settings: settingsOf(options, settings, strategy ?? 'RoundRobin'),
      ...(filter && { filter }),
    },
    ...(strategy === undefined && { unknownStrategy: asked }),
    isAllAsStream: source === allStream && !options.hasAll(),
  };
}

function knownStrategy(name: string): StrategyName | undefined {
  if (name === 'PinnedByCorrelation') return name;
  return namedStrategies.find((known) => known === name);
}
