// The events of an append while they come in, piece by piece, from a caller who may never finish:
// no more of them is kept than a write could take, and of all appends together no more than a node
// can hold.
import { status } from '@grpc/grpc-js';
import { proposedOf } from '../wire/event-messages.js';
import type { ProposedEvent } from '../log/logged-event.js';
import { MAX_APPEND_BYTES, TooLarge, unexpected, StatusError } from '../wire/statuses.js';
import type { ProposedMessage } from '../wire/batch-messages.js';

/** What an event costs besides its bytes, roughly. */
const EVENT_BYTES = 512;
const NODE_BYTES = 64 * 1024 * 1024;

/** There is no room for what has not been completed yet. */
export class MemoryFull extends StatusError {
  constructor() {
    super(status.RESOURCE_EXHAUSTED, 'Too many appends are unfinished.');
  }
}

/** What all unfinished appends of a node hold together. */
export class AppendMemory {
  private heldBytes = 0;

  constructor(private readonly limitBytes = NODE_BYTES) {}

  /** @throws MemoryFull */
  hold(bytes: number): void {
    if (this.heldBytes + bytes > this.limitBytes) throw new MemoryFull();
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

  constructor(private readonly memory: AppendMemory) {}

  /**
   * Keeps an event.
   * @throws MemoryFull, and StatusError for what makes the append impossible, whatever is to come
   * of it
   */
  add(message: ProposedMessage): void {
    // Only the data counts, neither metadata nor names.
    this.dataBytes += message.data.length;
    if (this.dataBytes > MAX_APPEND_BYTES) throw new TooLarge();
    const event = proposedOf(message);
    if (event.type === '') throw unexpected();
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

  /** All events of the append. */
  take(): readonly ProposedEvent[] {
    const { events } = this;
    this.discard();
    return events;
  }
}
