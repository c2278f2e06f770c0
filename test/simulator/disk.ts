// What one instance keeps across its kills, besides rows: how far its reactions are, and what they
// have parked. As a disk does, it has what was written last, whole or not at all.
import { DatabaseSync } from 'node:sqlite';
import type { ComputedTo } from '../../src/event-store/log-place.js';
import { ParkedFacts } from '../../src/process-managers/parked-facts.js';
import type { ReactionMemory } from '../../src/service/reactions.js';
import type { PositionStore } from '../../src/subscriptions/position-file.js';

export class Disk {
  private readonly database = new DatabaseSync(':memory:');
  private readonly positions = new Map<string, ComputedTo>();

  /** As one life of the instance has it; `close` leaves what is kept. */
  memory(): ReactionMemory {
    return {
      parked: Object.assign(ParkedFacts.on(this.database), { close: () => undefined }),
      positionOf: ({ name }) => this.positionOf(name),
    };
  }

  erase(): void {
    this.database.close();
  }

  private positionOf(name: string): PositionStore {
    const { positions } = this;
    return {
      load: () => Promise.resolve(positions.get(name)),
      save: (computedTo) => {
        positions.set(name, computedTo);
        return Promise.resolve();
      },
      forget: () => {
        positions.delete(name);
        return Promise.resolve();
      },
    };
  }
}
