// The checkpoint of a group: the last event of its own stream, so it survives a restart. It is
// written rarely: after a number of events, and after a time if enough events are done.
import { type EventLog, isRefusedWrite, newestOf } from './ports.js';
import type { GroupSource } from './source.js';
import type { GroupSettings } from './settings.js';

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

  /** The last checkpoint, in the source's notation, or undefined before the first. */
  get shown(): string | undefined {
    return this.#place === undefined ? undefined : this.#source.format(this.#place);
  }

  /** The place of the last event that is done. */
  get place(): bigint | undefined {
    return this.#place;
  }

  #load(): bigint | undefined {
    return newestOf(this.#log, this.#stream, (data) => {
      const text = /^"([^"]*)"$/.exec(Buffer.from(data).toString())?.[1];
      return text === undefined ? undefined : this.#source.parse(text);
    });
  }

  /** Records that everything up to `place`, the group's event number `sequence`, is done. */
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
    this.#writing ??= this.#writeAll().catch(this.#onFailure);
  }

  /** One write at a time; a checkpoint that a newer one replaced is not written. */
  async #writeAll(): Promise<void> {
    try {
      for (let place = this.#next; place !== undefined; place = this.#next) {
        this.#next = undefined;
        await this.#write(place);
      }
    } finally {
      // At once: a checkpoint that comes before the promise settles begins anew.
      this.#writing = undefined;
    }
  }

  async #write(place: bigint): Promise<void> {
    const sequence = this.#sequence;
    const data = Buffer.from(JSON.stringify(this.#source.format(place)));
    try {
      await this.#log.append(this.#stream, { type: 'SubscriptionCheckpoint', isJson: true, data });
      this.#writtenSequence = sequence;
    } catch (error) {
      if (!isRefusedWrite(error)) throw error;
      // An older checkpoint only repeats more events; the next advance tries again.
      this.#sequence = this.#writtenSequence;
    }
  }

  /** Resolves when no write is in progress. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async delete(): Promise<void> {
    await this.#writing;
    await this.#log.deleteStream(this.#stream);
  }
}
