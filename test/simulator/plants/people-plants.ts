// Plants in what is known of people.
import { altered, noPlant, type Plant } from './plant.js';

/** People are erased in every run, and the database of all is away now and then. */
const planted = (name: string, plant: Partial<Plant>): Plant => ({
  ...noPlant,
  scenario: {
    ...{ hasPayments: true, hasErasures: true, instances: 2, isShared: true },
    rates: { rowsAway: 20 },
  },
  ...plant,
  name,
});

const destroysNothing = planted('erases somebody and keeps the key', {
  people: (people) => altered(people, { destroy: () => Promise.resolve() }),
});

const handsNothingOver = planted('keeps a key that it made alone', {
  people: (people) => altered(people, { handOver: () => Promise.resolve([]) }),
});

export const peoplePlants: readonly Plant[] = [destroysNothing, handsNothingOver];
