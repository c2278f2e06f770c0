// The events of an append while they arrive, from a caller that may never finish. The memory is
// bounded for each append by the maximum of a write, and for all appends together.
import { status } from '@grpc/grpc-js';
import { proposedOf } from '../wire/event-messages.js';
import type { ProposedEvent } from '../log/logged-event.js';
import { MAX_APPEND_BYTES, TooLarge, unexpected, StatusError } from '../wire/statuses.js';
import type { ProposedMessage } from '../wire/batch-messages.js';

/** Approximate memory of an event, or of a begun append, besides its bytes and names. */
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
  /** Oldest first. */
  private readonly unfinished = new Set<IncomingEvents>();

  constructor(private readonly limitBytes = NODE_BYTES) {}

  /**
   * Gives up the oldest appends where there is no room: a caller that goes on is done long before,
   * and one that has stopped must not keep all others from writing.
   *
   * @throws MemoryFull
   */
  hold(bytes: number, by: IncomingEvents): void {
    while (this.heldBytes + bytes > this.limitBytes) {
      const [oldest = by] = this.unfinished;
      if (oldest === by) throw new MemoryFull();
      oldest.giveUp();
    }
    if (by.isOver) throw new MemoryFull();
    this.unfinished.add(by);
    this.heldBytes += bytes;
  }

  release(bytes: number, by: IncomingEvents): void {
    this.unfinished.delete(by);
    this.heldBytes -= bytes;
  }
}

export class IncomingEvents {
  private events: ProposedEvent[] = [];
  private heldBytes = 0;
  private dataBytes = 0;

  /** Whether no more is held for it. */
  isOver = false;

  /** @param onGivenUp called when others need the memory; it ends the append */
  constructor(
    private readonly memory: AppendMemory,
    private readonly onGivenUp: (reason: MemoryFull) => void,
  ) {}

  giveUp(): void {
    this.discard();
    this.onGivenUp(new MemoryFull());
  }

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
    this.hold(event.data.length + event.metadata.length + 2 * event.type.length);
    this.events.push(event);
  }

  /**
   * Counts what is held as long as the events, such as the name of their stream.
   *
   * @throws MemoryFull
   */
  hold(bytes: number): void {
    const heldBytes = bytes + EVENT_BYTES;
    this.memory.hold(heldBytes, this);
    this.heldBytes += heldBytes;
  }

  /** Releases the memory of the events, whatever happens to the append. */
  discard(): void {
    this.isOver = true;
    this.memory.release(this.heldBytes, this);
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
