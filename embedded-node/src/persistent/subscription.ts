// A running group: reads ahead, delivers events to consumers, and keeps each until it is
// acknowledged, skipped or parked. Delivery is at least once, in order except for retries.
import { GroupCheckpoint } from './checkpoint.js';
import type { Consumer } from './consumer.js';
import { ItemCounter } from './item-statistics.js';
import { Backlog, messageFor, Outstanding, type Message } from './messages.js';
import { ParkedMessages } from './parked.js';
import { type EventLog, isRefusedWrite } from './ports.js';
import { ReadAhead } from './read-ahead.js';
import { subscriptionId, type GroupDefinition } from './settings.js';
import { createSource } from './source.js';
import { createStrategy, type Strategy } from './strategies.js';
import { LogDamageError } from '../errors.js';
import { StatusError } from '../wire/statuses.js';

export type NackAction = 'unknown' | 'park' | 'retry' | 'skip' | 'stop';

export class PersistentSubscription {
  readonly definition: GroupDefinition;
  readonly parked: ParkedMessages;
  readonly checkpoint: GroupCheckpoint;
  readonly consumers: Consumer[] = [];
  readonly backlog = new Backlog();
  readonly outstanding = new Outstanding();
  readonly counter = new ItemCounter();
  readonly #log: EventLog;
  readonly #strategy: Strategy;
  readonly #reader: ReadAhead;
  readonly #onFailure: (error: unknown) => void;
  #lastSent: Message | undefined;
  #isReplaying = false;
  #isStopped = false;
  readonly #parking = new Set<Promise<void>>();
  #continues = false;

  /** Throws a `SyntaxError` if the filter is not a valid regular expression. */
  constructor(definition: GroupDefinition, log: EventLog, onFailure: (error: unknown) => void) {
    const id = subscriptionId(definition);
    const { settings } = definition;
    this.definition = definition;
    this.#log = log;
    this.#onFailure = onFailure;
    this.#strategy = createStrategy(settings.strategy);
    const reading = createSource(log, definition);
    this.parked = new ParkedMessages(log, id);
    this.checkpoint = new GroupCheckpoint(log, reading, id, settings, onFailure);
    this.#reader = new ReadAhead(log, reading, settings, this.checkpoint.place);
  }

  get status(): 'Live' | 'Behind' {
    return this.#reader.isBehind ? 'Behind' : 'Live';
  }

  /** The last event that the group has read, in the source's notation. */
  get lastKnown(): string | undefined {
    return this.#reader.lastKnown;
  }

  /** Number of live events that EventStoreDB would buffer. */
  get liveBufferCount(): number {
    return Math.min(this.#reader.liveCount, this.definition.settings.liveBufferSize);
  }

  get inFlightCount(): number {
    return this.consumers.reduce((sum, { unconfirmed }) => sum + unconfirmed.length, 0);
  }

  /** A consumer of a group whose stream is gone is dropped at once. */
  add(consumer: Consumer): void {
    this.consumers.push(consumer);
    this.advance();
  }

  /** Its unacknowledged events go to other consumers, regardless of their retry count. */
  remove(consumer: Consumer): void {
    const at = this.consumers.indexOf(consumer);
    if (at < 0) return;
    this.consumers.splice(at, 1);
    const lost = consumer.unconfirmed.toSorted((a, b) => (a.place < b.place ? -1 : 1));
    for (const message of lost) this.#retry(message);
    this.advance();
  }

  /** Called after a commit: there may be more to read. */
  wake(): void {
    if (this.#reader.wake()) this.advance();
  }

  /** Reads ahead as far as the buffer allows, and delivers as much as consumers accept. */
  advance(): void {
    if (this.#isStopped) return;
    const { isFilled, end } = this.#fill();
    if (this.#reader.isOver) this.#dropAll();
    if (this.#reader.hasSkipped) this.#mark(false);
    const sent = this.#push();
    const isAllDone = this.backlog.freshCount === 0 && this.outstanding.count === 0;
    if (end !== undefined && isAllDone) this.#endCalls(end);
    // Deliveries make room for reading; other work of the node runs in between.
    if (!isFilled || (sent > 0 && this.#reader.isBehind)) this.#continueLater();
  }

  /** It ends at damage of the log, and with a filter that takes too long. */
  #fill(): { isFilled: boolean; end?: Error } {
    try {
      return { isFilled: this.#reader.fill(this.backlog) };
    } catch (end) {
      if (!(end instanceof LogDamageError || end instanceof StatusError)) throw end;
      return { isFilled: true, end };
    }
  }

  /** Runs when all events before the end are done; no later event is delivered. */
  #endCalls(end: Error): void {
    for (const consumer of this.consumers.splice(0)) {
      consumer.options.fail?.(end);
    }
  }

  #continueLater(): void {
    if (this.#continues) return;
    this.#continues = true;
    setImmediate(() => {
      this.#continues = false;
      this.advance();
    });
  }

  /** Returns the number of delivered messages. */
  #push(): number {
    let sent = 0;
    this.backlog.offer((message) => {
      // An id that is already outstanding, as after an append with known ids, is not delivered
      // twice.
      if (this.outstanding.has(message.id)) return 'taken';
      const result = this.#strategy.push(message, this.consumers);
      if (result === 'full') return 'stop';
      if (result === 'skipped') return 'kept';
      this.#sent(message);
      sent++;
      return 'taken';
    });
    return sent;
  }

  #sent(message: Message): void {
    this.#outUntilTimeout(message);
    this.counter.count();
    if (message.sequence === undefined) return;
    if (message.sequence > (this.#lastSent?.sequence ?? -1)) this.#lastSent = message;
  }

  /** Any consumer of the group may acknowledge an event. */
  ack(ids: readonly string[]): void {
    for (const id of ids) this.#finish(id);
    this.#mark(false);
    this.advance();
  }

  nack(action: NackAction, ids: readonly string[], reason: string): void {
    for (const id of ids) {
      const message = this.outstanding.get(id);
      if (!message) continue;
      if (action === 'park') {
        this.#release(id);
        this.#park(message, `Client explicitly NAK'ed message.\n${reason}`);
      } else if (action === 'retry' || action === 'unknown') {
        this.#retryOrPark(message);
      } else {
        this.#finish(id);
      }
    }
    this.#mark(false);
    this.advance();
  }

  #finish(id: string): void {
    this.#release(id);
    this.outstanding.remove(id);
  }

  /** Frees the slot of the consumer with this event. */
  #release(id: string): void {
    for (const consumer of this.consumers) consumer.release(id);
  }

  #retryOrPark(message: Message): void {
    const { maxRetryCount } = this.definition.settings;
    if (message.retryCount >= maxRetryCount) {
      this.#release(message.id);
      this.#park(message, `Reached retry count of ${String(maxRetryCount)}`);
      return;
    }
    this.#retry(message);
  }

  #retry(message: Message): void {
    this.#release(message.id);
    this.outstanding.remove(message.id);
    this.backlog.addRetry({ ...message, retryCount: message.retryCount + 1 });
  }

  /** The message stays outstanding until its parked copy is on disk, so no checkpoint passes it. */
  #park(message: Message, reason: string): void {
    this.outstanding.holdForParking(message);
    const parking = this.parked
      .park(message.resolved, reason)
      .then(() => {
        this.outstanding.remove(message.id);
        this.#mark(false);
        this.advance();
      })
      .catch((error: unknown) => this.#parkLater(message, error))
      .finally(() => this.#parking.delete(parking));
    this.#parking.add(parking);
  }

  /** If it cannot be written now, the group keeps the message and its timeout starts again. */
  #parkLater(message: Message, error: unknown): void {
    if (isRefusedWrite(error)) this.#outUntilTimeout(message);
    else this.#onFailure(error);
  }

  #outUntilTimeout(message: Message): void {
    this.outstanding.start(message, Date.now() + this.definition.settings.messageTimeoutMs);
  }

  /** Delivers parked messages again: those below the revision `stopAt`, or all. */
  replayParked(stopAt: bigint | undefined): void {
    const parked = this.#isReplaying ? [] : this.parked.read(stopAt);
    const last = parked.at(-1);
    if (!last) return;
    this.#isReplaying = true;
    for (const link of parked) {
      const resolved = this.#log.resolve(link, true);
      this.backlog.addRetry(messageFor(resolved, BigInt(link.position), undefined, undefined));
    }
    this.parked
      .forget(last)
      .catch((error: unknown) => {
        // They are delivered, but also stay parked until the next replay.
        if (!isRefusedWrite(error)) this.#onFailure(error);
      })
      .finally(() => (this.#isReplaying = false));
    this.advance();
  }

  /** Retries messages whose timeout passed, and writes a checkpoint after enough progress. */
  tick(nowMs: number): void {
    for (const message of this.outstanding.expired(nowMs)) this.#retryOrPark(message);
    this.#mark(true);
    this.advance();
  }

  #mark(atTick: boolean): void {
    if (this.#isStopped) return;
    const tried = earlier(this.outstanding.lowest(), this.backlog.firstRetry());
    const lowest = earlier(tried, this.#passedOver());
    if (lowest?.sequence !== undefined) {
      this.checkpoint.advance(lowest.previous, lowest.sequence - 1, atTick);
    } else if (this.backlog.freshCount === 0 && this.#reader.hasSkipped) {
      this.checkpoint.advance(this.#reader.looked, this.#reader.lastSequence, atTick);
    } else if (this.#lastSent?.sequence !== undefined) {
      this.checkpoint.advance(this.#lastSent.place, this.#lastSent.sequence, atTick);
    }
  }

  /** The earliest event that waits for its own consumer while later ones were sent to others. */
  #passedOver(): Message | undefined {
    const first = this.backlog.firstFresh;
    const isPassed = (first?.sequence ?? 0) < (this.#lastSent?.sequence ?? -1);
    return isPassed ? first : undefined;
  }

  /** Ends the group's work and its consumers' calls; nothing is delivered any more. */
  stop(): void {
    this.#isStopped = true;
    this.#dropAll();
  }

  #dropAll(): void {
    for (const consumer of this.consumers.splice(0)) consumer.options.drop();
  }

  /** Resolves when no write is in progress. */
  async settled(): Promise<void> {
    await Promise.all([...this.#parking, this.checkpoint.settled()]);
  }

  /** Deletes the group's own streams. */
  async deleteStreams(): Promise<void> {
    await this.settled();
    await this.checkpoint.delete();
    await this.parked.delete();
  }
}

function earlier(a: Message | undefined, b: Message | undefined): Message | undefined {
  if (a?.sequence === undefined || b?.sequence === undefined) return a ?? b;
  return a.sequence < b.sequence ? a : b;
}
