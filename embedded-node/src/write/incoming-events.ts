// The events of an append while they arrive, from a caller that may never finish. The memory is
// bounded for each append by the maximum of a write, and for all appends together.
import { status } from '@grpc/grpc-js';
import { proposedOf } from '../wire/event-messages.js';
import type { ProposedEvent } from '../log/logged-event.js';
import { MAX_APPEND_BYTES, TooLarge, unexpected, StatusError } from '../wire/statuses.js';
import type { ProposedMessage } from '../wire/batch-messages.js';

/** Approximate memory of an event besides its bytes. */
const EVENT_BYTES = 512;
const NODE_BYTES = 64 * 1024 * 1024;

/** No memory is left for unfinished appends. */
export class MemoryFull extends StatusError {
  constructor() {
    super(status.RESOURCE_EXHAUSTED, 'Too many appends are unfinished.');
  }
}

/** The memory of all unfinished appends of a node. */
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
   * Adds an event.
   *
   * @throws MemoryFull, and StatusError if the append can no longer succeed
   */
  add(message: ProposedMessage): void {
    // Only the data counts, not metadata or names.
    this.dataBytes += message.data.length;
    if (this.dataBytes > MAX_APPEND_BYTES) throw new TooLarge();
    const event = proposedOf(message);
    if (event.type === '') throw unexpected();
    const bytes = event.data.length + event.metadata.length + EVENT_BYTES;
    this.memory.hold(bytes);
    this.heldBytes += bytes;
    this.events.push(event);
  }

  /** Releases the memory of the events, whatever happens to the append. */
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
