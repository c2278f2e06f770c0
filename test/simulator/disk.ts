// What one instance keeps across its kills, besides rows: how far its reactions are, and what they
// have parked. As a disk does, it has what was written last, whole or not at all.
import { DatabaseSync } from 'node:sqlite';
import type { ComputedTo } from '../../src/event-store/log-place.js';
import { type ParkedFact, ParkedFacts } from '../../src/process-managers/parked-facts.js';
import type { Database } from '../../src/read-models/database.js';
import { SqliteDatabase } from '../../src/read-models/sqlite.js';
import type { ReactionMemory } from '../../src/service/reactions.js';
import type { PositionStore } from '../../src/subscriptions/position-file.js';

/** More than a run ever parks. */
const ALL = 100_000;

export class Disk {
  private readonly file = new DatabaseSync(':memory:');
  private readonly positions = new Map<string, ComputedTo>();

  /** As one life of the instance has it; `close` leaves what is kept. */
  memory(): ReactionMemory {
    return {
      parked: Object.assign(ParkedFacts.on(this.file), { close: () => undefined }),
      positionOf: ({ name }) => this.positionOf(name),
    };
  }

  /** A database file of this instance alone. */
  database(): Database {
    return SqliteDatabase.on(this.file);
  }

  /** What the reaction has parked and not processed since. */
  parkedBy(reaction: string): readonly ParkedFact[] {
    return ParkedFacts.on(this.file).list(reaction, ALL, 0);
  }

  erase(): void {
    this.file.close();
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
