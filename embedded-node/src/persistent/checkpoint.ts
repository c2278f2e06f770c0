// How far a group has come, kept as the last event of a stream of its own, so that it survives a
// restart. Written seldom: by count, and by time where enough has been done.
import type { EventLog } from './ports.js';
import type { GroupSource } from './source.js';
import type { GroupSettings } from './settings.js';
import { WriteFailed } from '../errors.js';

export class GroupCheckpoint {
  readonly #log: EventLog;
  readonly #source: GroupSource;
  readonly #stream: string;
  readonly #settings: GroupSettings;
  readonly #onFailure: (error: unknown) => void;
  #place: bigint | undefined;
  #sequence = -1;
  #writtenSequence = -1;
  #writtenAtMs = Date.now();
  #writing: Promise<void> | undefined;
  #next: bigint | undefined;

  constructor(
    log: EventLog,
    source: GroupSource,
    id: string,
    settings: GroupSettings,
    onFailure: (error: unknown) => void,
  ) {
    this.#onFailure = onFailure;
    this.#log = log;
    this.#source = source;
    this.#settings = settings;
    this.#stream = `$persistentsubscription-${id}-checkpoint`;
    this.#place = this.#load();
  }

  /** The last checkpoint, in the notation of the source, or undefined before the first. */
  get shown(): string | undefined {
    return this.#place === undefined ? undefined : this.#source.format(this.#place);
  }

  /** The place of the last event that need not be given out again. */
  get place(): bigint | undefined {
    return this.#place;
  }

  #load(): bigint | undefined {
    const last = this.#log.lastEvent(this.#stream);
    if (!last) return undefined;
    const text: unknown = JSON.parse(Buffer.from(last.data).toString());
    return typeof text === 'string' ? this.#source.parse(text) : undefined;
  }

  /** Everything up to `place`, the event number `sequence` of the group, is done. */
  advance(place: bigint | undefined, sequence: number, atTick: boolean): void {
    if (place === undefined) return;
    const done = sequence - this.#sequence;
    const { minCheckpointCount, maxCheckpointCount, checkpointAfterMs } = this.#settings;
    const isMany = done >= maxCheckpointCount;
    const isTime = atTick && Date.now() - this.#writtenAtMs >= checkpointAfterMs;
    if (done <= 0 || !(isMany || (isTime && done >= minCheckpointCount))) return;
    this.#sequence = sequence;
    this.#writtenAtMs = Date.now();
    this.#place = place;
    this.#next = place;
    this.#writing ??= this.#writeAll()
      .catch(this.#onFailure)
      .finally(() => (this.#writing = undefined));
  }

  /** One write at a time; what became older meanwhile is never written. */
  async #writeAll(): Promise<void> {
    for (let place = this.#next; place !== undefined; place = this.#next) {
      this.#next = undefined;
      const sequence = this.#sequence;
      const data = Buffer.from(JSON.stringify(this.#source.format(place)));
      try {
        await this.#log.append(this.#stream, {
          type: 'SubscriptionCheckpoint',
          isJson: true,
          data,
        });
        this.#writtenSequence = sequence;
      } catch (error) {
        if (!(error instanceof WriteFailed)) throw error;
        // An older checkpoint only means that more comes twice; the next advance tries again.
        this.#sequence = this.#writtenSequence;
      }
    }
  }

  /** Settles when nothing is being written any more. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async delete(): Promise<void> {
    await this.#writing;
    await this.#log.deleteStream(this.#stream);
  }
}
