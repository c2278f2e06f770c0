// A consumer's call: confirms, delivers events, and receives acks and nacks until either side ends
// it.
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/persistent_pb.js';
import { textOf } from '../wire/event-messages.js';
import { UUID_TEXT } from '../wire/uuid.js';
import { Consumer } from './consumer.js';
import { doesNotExist, dropped, maximumReached, statusOf } from './statuses.js';
import { bytesOf, type Message } from './messages.js';
import type { Access } from './ports.js';
import type { Registry } from './registry.js';
import { sourceOf } from './requests.js';
import { confirmationResponse, eventResponse } from './responses.js';
import { subscriptionId } from './settings.js';
import type { NackAction, PersistentSubscription } from './subscription.js';
import { type StatusError, unexpected } from '../wire/statuses.js';

type ConsumerStream = ServerDuplexStream<ReadReq, ReadResp>;

/** Indexed by the protocol's enumeration. */
const nackActions: readonly NackAction[] = ['unknown', 'park', 'retry', 'skip', 'stop'];

const MOST_WAITING_BYTES = 256 * 1024;

interface Joined {
  subscription: PersistentSubscription;
  consumer: Consumer;
}

export class PersistentReadCall {
  readonly #call: ConsumerStream;
  readonly #registry: Registry;
  readonly #access: Access;
  #joined: Joined | undefined;
  #hasEnded = false;
  #isDeaf = false;
  /** Bytes of delivered events that are still waiting on the wire. */
  #waitingBytes = 0;

  constructor(call: ConsumerStream, registry: Registry, access: Access) {
    this.#call = call;
    this.#registry = registry;
    this.#access = access;
  }

  start(): void {
    this.#call.on('data', (request: ReadReq) => this.#take(request));
    this.#call.on('drain', () => this.#joined?.subscription.advance());
    // A consumer that has closed its sending side still gets events.
    this.#call.on('end', () => {
      if (!this.#joined && !this.#hasEnded) this.#call.end();
    });
    this.#call.on('cancelled', () => this.#leave());
    // A broken connection also emits `cancelled`; without a listener the error would end the
    // process.
    this.#call.on('error', () => this.#leave());
  }

  #take(request: ReadReq): void {
    if (this.#hasEnded) return;
    try {
      if (!this.#joined) this.#joined = this.#join(request.getOptions());
      else this.#hear(request, this.#joined);
    } catch (error) {
      this.#end(statusOf(error, (fault) => this.#registry.reportFault(fault)));
    }
  }

  #end(error: StatusError): void {
    this.#hasEnded = true;
    this.#leave();
    // grpc-js ends a stream with a custom status in this way.
    this.#call.emit('error', error);
  }

  #leave(): void {
    const joined = this.#joined;
    this.#joined = undefined;
    joined?.subscription.remove(joined.consumer);
  }

  #join(options: ReadReq.Options | undefined): Joined {
    if (!options) throw unexpected();
    const names = { source: sourceOf(options), group: options.getGroupName() };
    this.#access.requireReader(names.source, this.#call.metadata);
    if (!options.hasUuidOption() || options.getBufferSize() < 1) throw unexpected();
    const subscription = this.#registry.get(subscriptionId(names));
    if (!subscription) throw doesNotExist(names);
    const { maxSubscriberCount } = subscription.definition.settings;
    if (maxSubscriberCount > 0 && subscription.consumers.length >= maxSubscriberCount) {
      throw maximumReached(names);
    }
    const drop = (): void => this.#end(dropped(names));
    const consumer = this.#consumer(options, subscription, drop);
    this.#call.write(confirmationResponse(subscriptionId(names)));
    subscription.add(consumer);
    return { subscription, consumer };
  }

  #consumer(
    options: ReadReq.Options,
    { definition }: PersistentSubscription,
    drop: () => void,
  ): Consumer {
    const structured = options.getUuidOption()?.hasString() !== true;
    const [connectionName = '<unknown>'] = this.#call.metadata.get('connection-name');
    return new Consumer({
      bufferSize: options.getBufferSize(),
      extraStatistics: definition.settings.extraStatistics,
      user: this.#access.userName(this.#call.metadata),
      from: this.#call.getPeer(),
      connectionName: connectionName.toString(),
      deliver: (message) => this.#deliver(message, structured),
      isBehind: () => this.#call.writableNeedDrain || this.#waitingBytes >= MOST_WAITING_BYTES,
      drop,
      fail: (error) => this.#end(statusOf(error, (fault) => this.#registry.reportFault(fault))),
    });
  }

  #deliver(message: Message, structured: boolean): void {
    const bytes = bytesOf(message.resolved);
    this.#waitingBytes += bytes;
    this.#call.write(eventResponse(message, structured), () => {
      const wasBehind = this.#waitingBytes >= MOST_WAITING_BYTES;
      this.#waitingBytes -= bytes;
      if (wasBehind && this.#waitingBytes < MOST_WAITING_BYTES)
        this.#joined?.subscription.advance();
    });
  }

  /** After an invalid message the real server continues to send but ignores further messages. */
  #hear(request: ReadReq, { subscription }: Joined): void {
    if (this.#isDeaf) return;
    const ack = request.getAck();
    const nack = request.getNack();
    const ids = (ack ?? nack)?.getIdsList().map(textOf);
    const action = nack ? nackActions[nack.getAction()] : 'unknown';
    if (!ids?.every((id) => UUID_TEXT.test(id)) || action === undefined) this.#isDeaf = true;
    else if (nack) subscription.nack(action, ids, nack.getReason());
    else subscription.ack(ids);
  }
}
