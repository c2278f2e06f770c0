// A client of a shop: says what it does next, drawn from a seeded source, and hears what comes of
// it. It knows no clock and no network, so that one seed gives one run.
import type { Intent, Reply } from '../history.js';
import type { Randomness } from '../randomness.js';

export interface Client {
  readonly name: string;
  /** What it does at this moment, all at once; nothing when it waits or only looks. */
  next(random: Randomness): readonly Intent[];
  hears(intent: Intent, reply: Reply): void;
}
