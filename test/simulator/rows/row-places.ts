// The databases of one run: each instance's own, or one that they share.
import { projections } from '../running.js';
import type { Randomness } from '../randomness.js';
import type { Scenario } from '../scenario.js';
import { Life, type Schedule } from '../schedule.js';
import { firstStart } from './first-start.js';
import { type CommitListener, RowPlace } from './row-place.js';

/** How many are empty before the first start: making tables takes long, in a short run. */
const EMPTY = 0.1;

export class RowPlaces {
  private readonly places: RowPlace[] = [];
  private readonly world = new Life('rows');

  constructor(
    private readonly scenario: Scenario,
    private readonly schedule: Schedule,
    private readonly randomness: Randomness,
    private readonly onCommit: CommitListener,
  ) {}

  /** That of the next instance. */
  async next(): Promise<RowPlace> {
    const { scenario, schedule, places, world } = this;
    const { isShared, hasPayments } = scenario;
    if (isShared && places[0] !== undefined) return places[0];
    const name = isShared ? 'rows of all' : `rows ${places.length + 1}`;
    const isEmpty = hasPayments || this.randomness.fork(name).chance(EMPTY);
    const now = () => schedule.clockOf(world);
    const image = isEmpty ? undefined : await firstStart(projections, now);
    const place = await RowPlace.open(name, { isShared, image }, schedule, this.onCommit);
    places.push(place);
    return place;
  }

  close(): void {
    for (const place of this.places) place.close();
  }
}
