// One connected consumer of a group: it takes as many unacknowledged events as its buffer allows.
import type { Message } from './messages.js';

export interface ConsumerOptions {
  bufferSize: number;
  user: string;
  from: string;
  connectionName: string;
  deliver: (message: Message) => void;
  /** Ends the consumer's call, because the group was updated, deleted or restarted. */
  drop: () => void;
}

export class Consumer {
  readonly options: ConsumerOptions;
  readonly #connectedAtMs = Date.now();
  readonly #unconfirmed = new Map<string, Message>();
  #total = 0;
  #sinceMeasured = 0;

  constructor(options: ConsumerOptions) {
    this.options = options;
  }

  get availableSlots(): number {
    return Math.max(0, this.options.bufferSize - this.#unconfirmed.size);
  }

  get unconfirmed(): Message[] {
    return [...this.#unconfirmed.values()];
  }

  /** Gives the message to the consumer, or says that it has no room. */
  push(message: Message): boolean {
    if (this.availableSlots === 0) return false;
    this.#unconfirmed.set(message.id, message);
    this.#total++;
    this.#sinceMeasured++;
    this.options.deliver(message);
    return true;
  }

  release(id: string): void {
    this.#unconfirmed.delete(id);
  }

  /** Numbers for `GetInfo`; a measurement lasts from one asking to the next. */
  measure(): { total: number; sinceMeasured: number; perSecond: number } {
    const seconds = Math.max(1, (Date.now() - this.#connectedAtMs) / 1_000);
    const measured = {
      total: this.#total,
      sinceMeasured: this.#sinceMeasured,
      perSecond: Math.floor(this.#total / seconds),
    };
    this.#sinceMeasured = 0;
    return measured;
  }
}
