// A store whose appends a test may hold, lose the answer of, or make conflict, one after the other.
import { ConflictError, StoreUnavailableError } from '../../src/event-store/errors.js';
import type { Appended, EventStore } from '../../src/event-store/event-store.js';

/** One append that waits at the port. */
export class Hold {
  readonly reached: Promise<void>;
  readonly released: Promise<void>;
  arrive: () => void = () => undefined;
  release: () => void = () => undefined;

  constructor() {
    this.reached = new Promise((resolve) => (this.arrive = resolve));
    this.released = new Promise((resolve) => (this.release = resolve));
  }
}

export class HeldStore {
  private hold: Hold | undefined;
  private isAnswerLost = false;
  private conflicts = 0;
  private isRenaming = false;
  readonly port: EventStore;

  constructor(store: EventStore) {
    const append: EventStore['append'] = (...asked) => this.append(store, asked);
    const readStream: EventStore['readStream'] = (...asked) => this.readStream(store, asked);
    this.port = Object.assign(Object.create(store) as EventStore, { append, readStream });
  }

  /** The next append waits until the hold is released. */
  holdNext(): Hold {
    this.hold = new Hold();
    return this.hold;
  }

  /** The next append is stored, and its answer is never heard. */
  loseAnswerOfNext(): void {
    this.isAnswerLost = true;
  }

  /** So many appends meet somebody else's, who is never seen. */
  conflictOn(times: number): void {
    this.conflicts = times;
  }

  /** From now on the log gives other ids, as another log would. */
  renameEvents(): void {
    this.isRenaming = true;
  }

  private async append(
    store: EventStore,
    asked: Parameters<EventStore['append']>,
  ): Promise<Appended> {
    const { hold, isAnswerLost } = this;
    this.hold = undefined;
    this.isAnswerLost = false;
    hold?.arrive();
    await hold?.released;
    const [stream, , expected] = asked;
    if (this.conflicts > 0) {
      this.conflicts -= 1;
      throw new ConflictError(stream, expected === 'no_stream' ? 0 : expected + 1);
    }
    const appended = await store.append(...asked);
    if (isAnswerLost) throw new StoreUnavailableError(`append to ${stream}`);
    return appended;
  }

  private async *readStream(
    store: EventStore,
    asked: Parameters<EventStore['readStream']>,
  ): ReturnType<EventStore['readStream']> {
    for await (const stored of store.readStream(...asked)) {
      yield this.isRenaming ? { ...stored, id: `renamed-${stored.id}` } : stored;
    }
  }
}
