// The least log that a persistent subscription can work on: lists in memory, no metadata but `$tb`.
import { randomUUID } from 'node:crypto';
import type { Resolved } from '../../src/log/links.js';
import type { LoggedEvent } from '../../src/log/logged-event.js';
import type { EventLog, NewEvent, EventPage } from '../../src/persistent/ports.js';

export class MemoryLog implements EventLog {
  readonly #all: LoggedEvent[] = [];
  readonly #listeners = new Set<() => void>();

  #of(stream: string): LoggedEvent[] {
    return this.#all.filter((event) => event.stream === stream);
  }

  #firstVisible(stream: string): bigint {
    const last = this.lastEvent(`$$${stream}`);
    if (!last) return 0n;
    const metadata = JSON.parse(Buffer.from(last.data).toString()) as { $tb?: number };
    return BigInt(metadata.$tb ?? 0);
  }

  readStream(stream: string, from: bigint, maxCount: number): EventPage {
    const first = this.#firstVisible(stream);
    const visible = this.#of(stream).filter(
      ({ revision }) => BigInt(revision) >= from && BigInt(revision) >= first,
    );
    const events = visible.slice(0, maxCount);
    return { events, next: BigInt(events.at(-1)?.revision ?? from - 1n) + 1n };
  }

  readAll(from: bigint, maxCount: number): EventPage {
    const events = this.#all.filter(({ position }) => BigInt(position) >= from).slice(0, maxCount);
    return { events, next: BigInt(events.at(-1)?.position ?? from - 1n) + 1n };
  }

  isStart(): boolean {
    return true;
  }

  lastEvent(stream: string): LoggedEvent | undefined {
    return this.#of(stream).at(-1);
  }

  nextRevision(stream: string): bigint {
    return BigInt(this.#of(stream).length);
  }

  end(): bigint {
    return BigInt(this.#all.length) + 1n;
  }

  resolve(event: LoggedEvent, resolveLinks: boolean): Resolved {
    if (!resolveLinks || event.type !== '$>') return { event, link: undefined };
    const [revision = '', stream = ''] = Buffer.from(event.data).toString().split('@');
    const target = this.#of(stream).find((found) => found.revision === revision);
    return { event: target, link: event };
  }

  write(stream: string, type: string, data: string | Uint8Array = '{}'): LoggedEvent {
    const event: LoggedEvent = {
      id: randomUUID(),
      stream,
      revision: this.nextRevision(stream).toString(),
      position: Number(this.end()),
      type,
      isJson: true,
      data: Buffer.from(data),
      metadata: Buffer.alloc(0),
      createdMs: 0,
    };
    this.#all.push(event);
    for (const listener of this.#listeners) listener();
    return event;
  }

  append(stream: string, { type, data }: NewEvent): Promise<void> {
    this.write(stream, type, data);
    return Promise.resolve();
  }

  deleteStream(stream: string): Promise<void> {
    const $tb = Number(this.nextRevision(stream));
    this.write(`$$${stream}`, '$metadata', JSON.stringify({ $tb }));
    return Promise.resolve();
  }

  onCommit(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
