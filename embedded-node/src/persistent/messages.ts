// The events of a group in progress: waiting, delivered, or waiting for a retry.
import type { Resolved } from '../log/links.js';
import { sizeOf } from '../log/recent-events.js';
import { recordOf } from './ports.js';

export interface Message {
  resolved: Resolved;
  /** Id of the record in the subscribed stream, which acks and nacks contain. */
  id: string;
  /** Revision in the stream or position in `$all`. */
  place: bigint;
  /** Place of the previous event: the checkpoint while this event is not done. */
  previous: bigint | undefined;
  /** Number of the event since the group started; a replayed parked message has none. */
  sequence: number | undefined;
  retryCount: number;
}

export function messageFor(
  resolved: Resolved,
  place: bigint,
  previous: bigint | undefined,
  sequence: number | undefined,
): Message {
  return { resolved, id: recordOf(resolved).id, place, previous, sequence, retryCount: 0 };
}

/** The waiting messages: first retries in their old order, then new ones. */
export class Backlog {
  readonly #retries: Message[] = [];
  readonly #fresh: Message[] = [];

  get retryCount(): number {
    return this.#retries.length;
  }

  get freshCount(): number {
    return this.#fresh.length;
  }

  get freshBytes(): number {
    return this.#fresh.reduce((sum, { resolved }) => sum + bytesOf(resolved), 0);
  }

  add(message: Message): void {
    this.#fresh.push(message);
  }

  /** A replayed parked message is last among the retries; the others are ordered by place. */
  addRetry(message: Message): void {
    const before =
      message.sequence === undefined
        ? -1
        : this.#retries.findIndex(
            ({ sequence }) => sequence === undefined || sequence > (message.sequence ?? 0),
          );
    if (before < 0) this.#retries.push(message);
    else this.#retries.splice(before, 0, message);
  }

  /** Offers messages in order; taken ones are removed, and 'stop' ends the loop. */
  offer(give: (message: Message) => 'taken' | 'kept' | 'stop'): void {
    for (const queue of [this.#retries, this.#fresh]) {
      if (offerFrom(queue, give) === 'stop') return;
    }
  }

  /** The earliest event that was not sent yet. It is behind later ones where these were sent. */
  get firstFresh(): Message | undefined {
    return this.#fresh[0];
  }

  /** The earliest retry that holds back the checkpoint. */
  firstRetry(): Message | undefined {
    return this.#retries.find(({ sequence }) => sequence !== undefined);
  }
}

/** Approximate memory of an event and the link to it. */
export function bytesOf({ event, link }: Resolved): number {
  return (event ? sizeOf(event) : 0) + (link ? sizeOf(link) : 0);
}

function offerFrom(
  queue: Message[],
  give: (message: Message) => 'taken' | 'kept' | 'stop',
): 'stop' | undefined {
  const kept: Message[] = [];
  let offered = 0;
  let verdict: 'taken' | 'kept' | 'stop' | undefined;
  for (const message of queue) {
    verdict = give(message);
    if (verdict === 'stop') break;
    offered++;
    if (verdict === 'kept') kept.push(message);
  }
  queue.splice(0, offered, ...kept);
  return verdict === 'stop' ? verdict : undefined;
}

/** Messages that were delivered and not yet acknowledged or given up. */
export class Outstanding {
  readonly #messages = new Map<string, { message: Message; expiresAtMs: number }>();

  get count(): number {
    return this.#messages.size;
  }

  has(id: string): boolean {
    return this.#messages.has(id);
  }

  get(id: string): Message | undefined {
    return this.#messages.get(id)?.message;
  }

  start(message: Message, expiresAtMs: number): void {
    this.#messages.set(message.id, { message, expiresAtMs });
  }

  /** Keeps a message without a timeout while it is being parked. */
  holdForParking(message: Message): void {
    this.start(message, Infinity);
  }

  remove(id: string): void {
    this.#messages.delete(id);
  }

  expired(nowMs: number): Message[] {
    return [...this.#messages.values()]
      .filter(({ expiresAtMs }) => expiresAtMs <= nowMs)
      .map(({ message }) => message);
  }

  lowest(): Message | undefined {
    let lowest: Message | undefined;
    for (const { message } of this.#messages.values()) {
      if (message.sequence === undefined) continue;
      if (lowest?.sequence === undefined || message.sequence < lowest.sequence) lowest = message;
    }
    return lowest;
  }
}
