// A connected consumer of a group: it takes as many unacknowledged events as its buffer allows.
import { AnswerTimes, ItemCounter } from './item-statistics.js';
import type { Message } from './messages.js';

export interface ConsumerOptions {
  bufferSize: number;
  extraStatistics: boolean;
  user: string;
  from: string;
  connectionName: string;
  deliver: (message: Message) => void;
  /** Whether delivered events are still waiting on the wire. */
  isBehind?: () => boolean;
  /** Ends the consumer's call because the group was updated, deleted or restarted. */
  drop: () => void;
  /** Ends the consumer's call with an error: the next event in the log cannot be read. */
  fail?: (error: Error) => void;
}

export class Consumer {
  readonly options: ConsumerOptions;
  readonly counter = new ItemCounter();
  /** Recorded only if the group has extra statistics. */
  readonly answerTimes: AnswerTimes | undefined;
  readonly #unconfirmed = new Map<string, Message>();

  constructor(options: ConsumerOptions) {
    this.options = options;
    this.answerTimes = options.extraStatistics ? new AnswerTimes() : undefined;
  }

  get availableSlots(): number {
    return Math.max(0, this.options.bufferSize - this.#unconfirmed.size);
  }

  /** Regardless of the buffer's size: unread events would accumulate here. */
  get hasRoom(): boolean {
    return this.availableSlots > 0 && this.options.isBehind?.() !== true;
  }

  get unconfirmed(): Message[] {
    return [...this.#unconfirmed.values()];
  }

  /** Sends the message to the consumer; false when it has no room. */
  push(message: Message): boolean {
    if (!this.hasRoom) return false;
    this.#unconfirmed.set(message.id, message);
    this.counter.count();
    this.answerTimes?.start(message.id);
    this.options.deliver(message);
    return true;
  }

  release(id: string): void {
    if (this.#unconfirmed.delete(id)) this.answerTimes?.end(id);
  }
}
