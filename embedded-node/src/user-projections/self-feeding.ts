// Finds projections that handle what they emit, themselves or in a circle of several, and so emit
// without end. The real server lets them run until the disk is full. An event that a projection
// emitted has a generation: one more than that of its cause.
import type { EventCause } from './incoming-events.js';

export const MOST_GENERATIONS = 1_000;
/** Number of emitted events that are remembered. */
const MOST_REMEMBERED = 50_000;

interface FedEvent {
  readonly generation: number;
  readonly by: string;
}

export class SelfFeeding {
  /** By the emitted event's position in the log. */
  private readonly remembered = new Map<number, FedEvent>();

  /** A projection that starts may have a query that ends it: what it emitted before is nothing. */
  begin(name: string): void {
    for (const [position, { by }] of this.remembered) {
      if (by === name) this.remembered.delete(position);
    }
  }

  isEndless(causes: readonly EventCause[]): boolean {
    return causes.some((cause) => this.generationOf(cause) >= MOST_GENERATIONS);
  }

  /** @param positions of the events that the projection emitted for this cause */
  emitted(by: string, cause: EventCause, positions: readonly number[]): void {
    const generation = this.generationOf(cause) + 1;
    for (const position of positions) this.remembered.set(position, { generation, by });
    for (const oldest of this.remembered.keys()) {
      if (this.remembered.size <= MOST_REMEMBERED) return;
      this.remembered.delete(oldest);
    }
  }

  private generationOf({ places }: EventCause): number {
    return Math.max(...places.map((place) => this.remembered.get(place)?.generation ?? 0));
  }
}
