// One instance of the service in a run. A kill ends its life: nothing of it runs on. What it had on disk
// is there when it starts again.
import { type InstanceOptions, Running, SECRET } from './running.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { Disk } from './disk.js';
import { keptKeys, type KeyPlaces, openedTexts } from './people/sealed-people.js';
import type { RowPlace } from './rows/row-place.js';
import type { InstanceStanding } from './laws/standing.js';
import type { KeptKey, OpenedText } from './laws/law.js';

export class Instance {
  running: Running | undefined;
  private readonly disk = new Disk();
  private starts = 0;

  constructor(
    private readonly options: InstanceOptions,
    private readonly onEnd: (instance: Instance, running: Running, why: string) => void,
  ) {}

  get name(): string {
    return this.options.name;
  }

  get place(): RowPlace {
    return this.options.place;
  }

  /** Begins to start; it can answer once it has `services`. */
  start(): void {
    this.starts += 1;
    const randomness = this.options.randomness.fork(`life ${this.starts}`);
    const running = new Running(this.options, randomness, this.disk);
    this.running = running;
    running.bringUp().catch((fault: unknown) => {
      // What it cannot get over ends the process.
      if (this.running === running) this.end(String(fault));
    });
  }

  kill(): void {
    if (this.running !== undefined) this.end('killed');
  }

  /** Of its read models; of none while it does not run. */
  get standing(): InstanceStanding {
    return { instance: this.name, models: this.running?.view?.status() ?? [] };
  }

  /** What the reaction has parked here. */
  parkedBy(reaction: string): ReturnType<Disk['parkedBy']> {
    return this.disk.parkedBy(reaction);
  }

  /** Whether a key is with this instance alone, or one of somebody who was erased is left. */
  async hasKeysLeft(erased: ReadonlySet<string>): Promise<boolean> {
    if (this.options.hasErasures !== true) return false;
    const { name } = this.place;
    const keys = await this.keptKeys();
    return keys.some(({ where, keyId }) => where !== name || erased.has(keyId));
  }

  keptKeys(): Promise<readonly KeptKey[]> {
    return keptKeys(this.keyPlaces);
  }

  openedTexts(events: readonly StoredEvent[]): Promise<readonly OpenedText[]> {
    return openedTexts(this.keyPlaces, SECRET, events);
  }

  private get keyPlaces(): KeyPlaces {
    const { place, disk, name: instance } = this;
    return { instance, place, disk };
  }

  /** The run is over. */
  erase(): void {
    this.disk.erase();
  }

  private end(why: string): void {
    const { running } = this;
    if (running === undefined) return;
    running.life.isAlive = false;
    this.running = undefined;
    this.options.place.abandon(running.life);
    this.onEnd(this, running, why);
  }
}
