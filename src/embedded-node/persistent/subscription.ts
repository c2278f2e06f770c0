// One group at work: reads ahead, gives events to consumers, and keeps each until it is
// acknowledged, skipped or parked. At-least-once, in order as far as retries allow.
import { Checkpoint } from './checkpoint.js';
import type { Consumer } from './consumer.js';
import { Backlog, messageFor, Outstanding, type Message } from './messages.js';
import { ParkedMessages } from './parked.js';
import type { EventLog } from './ports.js';
import { subscriptionId, type GroupDefinition, type GroupSettings } from './settings.js';
import { createSource, type Source } from './source.js';
import { createStrategy, type Strategy } from './strategies.js';

export type NackAction = 'unknown' | 'park' | 'retry' | 'skip' | 'stop';

/** EventStoreDB reads no smaller pages, whatever a group asks for. */
const smallestPage = 10;

/** A filter may leave nothing of many pages: the rest of the node must not wait for that. */
const pagesATurn = 20;

export class PersistentSubscription {
  readonly definition: GroupDefinition;
  readonly parked: ParkedMessages;
  readonly checkpoint: Checkpoint;
  readonly consumers: Consumer[] = [];
  readonly backlog = new Backlog();
  readonly outstanding = new Outstanding();
  readonly #log: EventLog;
  readonly #source: Source;
  readonly #strategy: Strategy;
  readonly #onFailure: (error: unknown) => void;
  readonly #startedAtMs = Date.now();
  #nextPlace: bigint;
  #lastRead: bigint | undefined;
  #lastSent: Message | undefined;
  #sequence = 0;
  #isBehind = true;
  #isReplaying = false;
  #isStopped = false;
  #continues = false;
  #total = 0;
  #sinceMeasured = 0;

  /** Throws a `SyntaxError` if the filter is no regular expression. */
  constructor(definition: GroupDefinition, log: EventLog, onFailure: (error: unknown) => void) {
    const id = subscriptionId(definition);
    const { settings } = definition;
    this.definition = definition;
    this.#log = log;
    this.#onFailure = onFailure;
    this.#source = createSource(log, definition);
    this.#strategy = createStrategy(settings.strategy);
    this.parked = new ParkedMessages(log, id);
    this.checkpoint = new Checkpoint(log, this.#source, id, settings);
    this.#lastRead = this.checkpoint.place;
    this.#nextPlace = this.#firstPlace(settings);
  }

  #firstPlace({ startFrom }: GroupSettings): bigint {
    const { place } = this.checkpoint;
    if (place !== undefined) return place + 1n;
    return startFrom === 'end' ? this.#source.end() : startFrom;
  }

  get status(): 'Live' | 'Behind' {
    return this.#isBehind ? 'Behind' : 'Live';
  }

  /** The last event that the group has seen in its source, in the source's notation. */
  get lastKnown(): string | undefined {
    const known = this.#sequence === 0 ? undefined : this.#lastRead;
    return known === undefined ? undefined : this.#source.format(known);
  }

  get inFlightCount(): number {
    return this.consumers.reduce((sum, { unconfirmed }) => sum + unconfirmed.length, 0);
  }

  measure(): { total: number; sinceMeasured: number; perSecond: number } {
    const seconds = Math.max(1, (Date.now() - this.#startedAtMs) / 1_000);
    const perSecond = Math.floor(this.#total / seconds);
    const measured = { total: this.#total, sinceMeasured: this.#sinceMeasured, perSecond };
    this.#sinceMeasured = 0;
    return measured;
  }

  add(consumer: Consumer): void {
    this.consumers.push(consumer);
    this.advance();
  }

  /** What the consumer had and did not answer goes to the others, as a retry. */
  remove(consumer: Consumer): void {
    const at = this.consumers.indexOf(consumer);
    if (at < 0) return;
    this.consumers.splice(at, 1);
    for (const message of consumer.unconfirmed) this.#retryOrPark(message);
    this.advance();
  }

  /** Something was committed: there may be more to read. */
  wake(): void {
    if (this.#source.end() <= this.#nextPlace) return;
    this.#isBehind = true;
    this.advance();
  }

  /** Reads ahead as far as the buffer allows and gives out what consumers have room for. */
  advance(): void {
    if (this.#isStopped) return;
    this.#readAhead();
    const sent = this.#push();
    // What was given out makes room to read; others of the node get their turn before that.
    if (sent > 0 && this.#isBehind) this.#continueLater();
  }

  #continueLater(): void {
    if (this.#continues) return;
    this.#continues = true;
    setImmediate(() => {
      this.#continues = false;
      this.advance();
    });
  }

  #readAhead(): void {
    const { readBatchSize, historyBufferSize } = this.definition.settings;
    let pages = 0;
    while (this.#isBehind && this.backlog.freshCount + readBatchSize <= historyBufferSize) {
      if (pages++ === pagesATurn) {
        this.#continueLater();
        return;
      }
      this.#readPage(Math.max(readBatchSize, smallestPage));
    }
  }

  #readPage(pageSize: number): void {
    const page = this.#source.read(this.#nextPlace, pageSize);
    this.#isBehind = page.next > this.#nextPlace;
    this.#nextPlace = page.next;
    for (const event of page.events) {
      const place = this.#source.placeOf(event);
      const resolved = this.#log.resolve(event, this.definition.settings.resolveLinks);
      this.backlog.add(messageFor(resolved, place, this.#lastRead, this.#sequence++));
      this.#lastRead = place;
    }
  }

  /** How many were given out. */
  #push(): number {
    let sent = 0;
    this.backlog.offer((message) => {
      // An id that is out already, as after an append of known ids, is not given out twice.
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
    this.outstanding.start(message, Date.now() + this.definition.settings.messageTimeoutMs);
    this.#total++;
    this.#sinceMeasured++;
    if (message.sequence === undefined) return;
    if (message.sequence > (this.#lastSent?.sequence ?? -1)) this.#lastSent = message;
  }

  /** Whoever holds it: any consumer of the group may answer for an event. */
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

  /** Frees the slot of the consumer that has the event. */
  #release(id: string): void {
    for (const consumer of this.consumers) consumer.release(id);
  }

  #retryOrPark(message: Message): void {
    this.#release(message.id);
    const { maxRetryCount } = this.definition.settings;
    if (message.retryCount >= maxRetryCount) {
      this.#park(message, `Reached retry count of ${String(maxRetryCount)}`);
      return;
    }
    this.outstanding.remove(message.id);
    this.backlog.addRetry({ ...message, retryCount: message.retryCount + 1 });
  }

  /** Until the parked message is on disk it stays outstanding: no checkpoint passes it. */
  #park(message: Message, reason: string): void {
    this.outstanding.holdForParking(message);
    this.parked
      .park(message.resolved, reason)
      .then(() => {
        this.outstanding.remove(message.id);
        this.#mark(false);
        this.advance();
      })
      .catch(this.#onFailure);
  }

  /** Gives parked messages out again, those below the revision `stopAt` or all. */
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
      .finally(() => (this.#isReplaying = false))
      .catch(this.#onFailure);
    this.advance();
  }

  /** What was not answered in time comes again; enough progress becomes a checkpoint. */
  tick(nowMs: number): void {
    for (const message of this.outstanding.expired(nowMs)) this.#retryOrPark(message);
    this.#mark(true);
    this.advance();
  }

  #mark(atTick: boolean): void {
    if (this.#isStopped) return;
    const lowest = earlier(this.outstanding.lowest(), this.backlog.firstRetry());
    if (lowest?.sequence !== undefined) {
      this.checkpoint.advance(lowest.previous, lowest.sequence - 1, atTick);
    } else if (this.#lastSent?.sequence !== undefined) {
      this.checkpoint.advance(this.#lastSent.place, this.#lastSent.sequence, atTick);
    }
  }

  /** Ends the group's work and its consumers' calls; nothing is given out any more. */
  stop(): void {
    this.#isStopped = true;
    for (const consumer of this.consumers.splice(0)) consumer.options.drop();
  }

  /** Removes what the group has written about itself. */
  async deleteStreams(): Promise<void> {
    await this.checkpoint.delete();
    await this.parked.delete();
  }
}

function earlier(a: Message | undefined, b: Message | undefined): Message | undefined {
  if (a?.sequence === undefined || b?.sequence === undefined) return a ?? b;
  return a.sequence < b.sequence ? a : b;
}
