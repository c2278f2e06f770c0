// Encodes this service's responses: delivered events and `GetInfo`.
import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import { identifierMessage, uuidMessage } from '../wire/event-messages.js';
import type { LoggedEvent } from '../log/logged-event.js';
import type { Consumer } from './consumer.js';
import type { Message } from './messages.js';
import { recordOf } from './ports.js';
import { allStream, type GroupSettings } from './settings.js';
import type { PersistentSubscription } from './subscription.js';

/** The protocol's unit of time is 100 ns. */
const ticksPerMs = 10_000n;

const { ReadResp, SubscriptionInfo } = persistent;
type ReadEvent = InstanceType<typeof ReadResp.ReadEvent>;
type RecordedEvent = InstanceType<typeof ReadResp.ReadEvent.RecordedEvent>;

/** The position is that of the record in the subscribed stream, even for a link's target. */
function recorded(event: LoggedEvent, position: string, structured: boolean): RecordedEvent {
  const encoded = new ReadResp.ReadEvent.RecordedEvent();
  encoded.setId(uuidMessage(event.id, structured));
  encoded.setStreamIdentifier(identifierMessage(event.stream));
  encoded.setStreamRevision(event.revision);
  encoded.setCommitPosition(position);
  encoded.setPreparePosition(position);
  encoded.setData(event.data);
  encoded.setCustomMetadata(event.metadata);
  encoded
    .getMetadataMap()
    .set('type', event.type)
    .set('created', (BigInt(event.createdMs) * ticksPerMs).toString())
    .set('content-type', event.isJson ? 'application/json' : 'application/octet-stream');
  return encoded;
}

export function eventResponse(
  { resolved, retryCount }: Message,
  structured: boolean,
): InstanceType<typeof ReadResp> {
  const position = recordOf(resolved).position.toString();
  const event: ReadEvent = new ReadResp.ReadEvent();
  if (resolved.event) event.setEvent(recorded(resolved.event, position, structured));
  if (resolved.link) event.setLink(recorded(resolved.link, position, structured));
  event.setCommitPosition(position);
  event.setRetryCount(retryCount);
  return new ReadResp().setEvent(event);
}

export function confirmationResponse(id: string): InstanceType<typeof ReadResp> {
  const confirmation = new ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId(id);
  return new ReadResp().setSubscriptionConfirmation(confirmation);
}

function startText({ startFrom, startPrepare }: GroupSettings, source: string): string {
  const place = startFrom === 'end' ? '-1' : startFrom.toString();
  return source === allStream ? `C:${place}/P:${startPrepare?.toString() ?? place}` : place;
}

type Info = InstanceType<typeof SubscriptionInfo>;

const largestInt32 = 2 ** 31 - 1;

/** The field has 32 bits, and the ticks of a request have 64. */
function wholeMs(ms: number): number {
  return Math.trunc(Math.min(Math.max(ms, -largestInt32), largestInt32));
}

function setSettings(info: Info, settings: GroupSettings, source: string): void {
  info.setResolveLinkTos(settings.resolveLinks);
  info.setStartFrom(startText(settings, source));
  info.setMessageTimeoutMilliseconds(wholeMs(settings.messageTimeoutMs));
  info.setExtraStatistics(settings.extraStatistics);
  info.setMaxRetryCount(settings.maxRetryCount);
  info.setLiveBufferSize(settings.liveBufferSize);
  info.setBufferSize(settings.historyBufferSize);
  info.setReadBatchSize(settings.readBatchSize);
  info.setCheckPointAfterMilliseconds(wholeMs(settings.checkpointAfterMs));
  info.setMinCheckPointCount(settings.minCheckpointCount);
  info.setMaxCheckPointCount(settings.maxCheckpointCount);
  info.setNamedConsumerStrategy(settings.strategy);
  info.setMaxSubscriberCount(settings.maxSubscriberCount);
}

function setCounts(info: Info, subscription: PersistentSubscription): void {
  const { total, sinceMeasured, perSecond } = subscription.counter.measure();
  info.setTotalItems(total.toString());
  info.setCountSinceLastMeasurement(sinceMeasured.toString());
  info.setAveragePerSecond(perSecond);
  info.setLastCheckpointedEventPosition(subscription.checkpoint.shown ?? '');
  info.setLastKnownEventPosition(subscription.lastKnown ?? '');
  info.setReadBufferCount(subscription.backlog.freshCount);
  info.setLiveBufferCount(subscription.liveBufferCount.toString());
  info.setRetryBufferCount(subscription.backlog.retryCount);
  info.setTotalInFlightMessages(subscription.inFlightCount);
  info.setOutstandingMessagesCount(subscription.outstanding.count);
  info.setParkedMessageCount(subscription.parked.count.toString());
}

function connectionInfo(consumer: Consumer): InstanceType<typeof SubscriptionInfo.ConnectionInfo> {
  const { total, sinceMeasured, perSecond } = consumer.counter.measure();
  const info = new SubscriptionInfo.ConnectionInfo();
  info.setFrom(consumer.options.from);
  info.setUsername(consumer.options.user);
  info.setConnectionName(consumer.options.connectionName);
  info.setAverageItemsPerSecond(perSecond);
  info.setTotalItems(total.toString());
  info.setCountSinceLastMeasurement(sinceMeasured.toString());
  info.setObservedMeasurementsList((consumer.answerTimes?.measure() ?? []).map(measurement));
  info.setAvailableSlots(consumer.availableSlots);
  info.setInFlightMessages(consumer.unconfirmed.length);
  return info;
}

function measurement([key, ms]: [string, number]): InstanceType<
  typeof SubscriptionInfo.Measurement
> {
  return new SubscriptionInfo.Measurement().setKey(key).setValue(ms.toString());
}

export function infoOf(subscription: PersistentSubscription): Info {
  const { source, group, settings } = subscription.definition;
  const info = new SubscriptionInfo();
  info.setEventSource(source);
  info.setGroupName(group);
  info.setStatus(subscription.status);
  info.setConnectionsList(subscription.consumers.map(connectionInfo));
  setSettings(info, settings, source);
  setCounts(info, subscription);
  return info;
}
