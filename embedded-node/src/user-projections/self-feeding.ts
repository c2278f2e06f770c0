// Finds projections that handle what they emit, themselves or in a circle of several, and so emit
// without end. The real server lets them run until the disk is full. An event that a projection
// emitted has a generation: one more than that of its cause.
import type { EventCause } from './incoming-events.js';

export const MOST_GENERATIONS = 1_000;
/** Number of emitted events that are remembered. */
const MOST_REMEMBERED = 50_000;

export class SelfFeeding {
  /** By the emitted event's position in the log. */
  private readonly generations = new Map<number, number>();

  isEndless(causes: readonly EventCause[]): boolean {
    return causes.some((cause) => this.generationOf(cause) >= MOST_GENERATIONS);
  }

  /** @param positions of the events that this cause emitted */
  emitted(cause: EventCause, positions: readonly number[]): void {
    const generation = this.generationOf(cause) + 1;
    for (const position of positions) this.generations.set(position, generation);
    for (const oldest of this.generations.keys()) {
      if (this.generations.size <= MOST_REMEMBERED) return;
      this.generations.delete(oldest);
    }
  }

  private generationOf({ places }: EventCause): number {
    return Math.max(...places.map((place) => this.generations.get(place) ?? 0));
  }
}
