// The events of an append while they come in, piece by piece, from a caller who may never finish: no
// more of them is kept than a write could take, and of all appends together no more than a node can hold.
import { status } from '@grpc/grpc-js';
import { proposedOf } from './event-messages.js';
import type { ProposedEvent } from './logged-event.js';
import { StatusError } from './persistent/errors.js';
import { MAX_APPEND_BYTES, TooLarge, unexpected } from './statuses.js';
import type { ProposedMessage } from './wire.js';

/** What an event costs besides its bytes, roughly. */
const EVENT_BYTES = 512;
const NODE_BYTES = 64 * 1024 * 1024;

/** What all unfinished appends of a node hold together. */
export class AppendMemory {
  private heldBytes = 0;

  constructor(private readonly limitBytes = NODE_BYTES) {}

  /** @throws StatusError RESOURCE_EXHAUSTED when there is no room */
  hold(bytes: number): void {
    if (this.heldBytes + bytes > this.limitBytes) {
      throw new StatusError(status.RESOURCE_EXHAUSTED, 'Too many appends are unfinished.');
    }
    this.heldBytes += bytes;
  }

  release(bytes: number): void {
    this.heldBytes -= bytes;
  }
}

export class IncomingEvents {
  private events: ProposedEvent[] = [];
  private heldBytes = 0;
  private dataBytes = 0;
  private hasEmptyType = false;
  private fault: Error | undefined;

  constructor(private readonly memory: AppendMemory) {}

  /**
   * Keeps an event, unless what came before it makes the append impossible anyway.
   * @throws StatusError RESOURCE_EXHAUSTED when the node holds too many unfinished appends
   */
  add(message: ProposedMessage): void {
    this.dataBytes += message.data.length;
    const event = this.eventOf(message);
    if (event === undefined) return;
    this.hasEmptyType ||= event.type === '';
    if (this.dataBytes > MAX_APPEND_BYTES) {
      this.discard();
      return;
    }
    const bytes = event.data.length + event.metadata.length + EVENT_BYTES;
    this.memory.hold(bytes);
    this.heldBytes += bytes;
    this.events.push(event);
  }

  /** Whatever becomes of the append, its events are no longer unfinished. */
  discard(): void {
    this.memory.release(this.heldBytes);
    this.heldBytes = 0;
    this.events = [];
  }

  /** All events of the append. @throws StatusError for what is wrong with them */
  take(): readonly ProposedEvent[] {
    const { events, fault } = this;
    this.discard();
    if (fault !== undefined) throw fault;
    if (this.hasEmptyType) throw unexpected();
    // Only the data counts, neither metadata nor names.
    if (this.dataBytes > MAX_APPEND_BYTES) throw new TooLarge();
    return events;
  }

  private eventOf(message: ProposedMessage): ProposedEvent | undefined {
    try {
      return proposedOf(message);
    } catch (error) {
      this.fault ??= error instanceof Error ? error : unexpected();
      return undefined;
    }
  }
}
