// Every plant, by name.
import { appendPlants } from './append-plants.js';
import { claimPlants } from './claim-plants.js';
import { orderPlants } from './order-plants.js';
import { peoplePlants } from './people-plants.js';
import type { Plant } from './plant.js';
import { readingPlants } from './reading-plants.js';
import { rowPlants } from './row-plants.js';
import { termsPlants } from './terms-plants.js';

export const allPlants: readonly Plant[] = [
  ...appendPlants,
  ...readingPlants,
  ...rowPlants,
  ...orderPlants,
  ...claimPlants,
  ...termsPlants,
  ...peoplePlants,
];

/** @throws RangeError for a name that no plant has */
export function plantNamed(name: string): Plant {
  const plant = allPlants.find((one) => one.name === name);
  if (plant !== undefined) return plant;
  throw new RangeError(
    `There is no such plant. There are: ${allPlants.map((one) => one.name).join('; ')}`,
  );
}
