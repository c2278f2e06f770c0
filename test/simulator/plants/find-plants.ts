// Looks for plants: runs each of those that are asked for from a seed on until a law breaks. Prints
// one line of JSON for each. Arguments: steps, how many seeds at most, then `first seed` and `name`
// of each plant in turn.
import { runSeed } from '../run.js';
import { plantNamed } from './all-plants.js';

export interface FoundPlant {
  readonly name: string;
  /** Null where no seed showed it. */
  readonly seed: number | null;
  /** All that were broken at the step that showed it; empty where no seed did. */
  readonly laws: readonly string[];
}

/** An order takes longer to show a mistake. */
const PAYING = 4;

async function find(name: string, from: number, count: number, steps: number): Promise<FoundPlant> {
  const plant = plantNamed(name);
  for (let seed = from; seed < from + count; seed += 1) {
    const most = plant.scenario?.hasPayments === true ? PAYING * steps : steps;
    const { violation } = await runSeed(seed, { steps: most, plant });
    if (violation === undefined) continue;
    return { name, seed, laws: [...new Set(violation.breaches.map(({ law }) => law))] };
  }
  return { name, seed: null, laws: [] };
}

const [steps = '400', most = '1', ...pairs] = process.argv.slice(2);
for (let index = 0; index < pairs.length; index += 2) {
  const [from = '1', name = ''] = pairs.slice(index, index + 2);
  console.log(JSON.stringify(await find(name, Number(from), Number(most), Number(steps))));
}
