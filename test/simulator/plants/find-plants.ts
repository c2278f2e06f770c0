// Looks for plants: runs each of those that are asked for from a seed on until a law breaks. Prints
// one line of JSON for each. Arguments: steps, how many seeds at most, then `first seed` and `name`
// of each plant in turn.
import { runSeed } from '../run.js';
import { plantNamed } from './all-plants.js';

export interface FoundPlant {
  readonly name: string;
  /** Null where no seed showed it. */
  readonly seed: number | null;
  readonly law: string | null;
}

async function find(name: string, from: number, most: number, steps: number): Promise<FoundPlant> {
  const plant = plantNamed(name);
  for (let seed = from; seed < from + most; seed += 1) {
    const { violation } = await runSeed(seed, { steps, plant });
    const law = violation?.breaches[0]?.law;
    if (law !== undefined) return { name, seed, law };
  }
  return { name, seed: null, law: null };
}

const [steps = '400', most = '1', ...pairs] = process.argv.slice(2);
for (let index = 0; index < pairs.length; index += 2) {
  const [from = '1', name = ''] = pairs.slice(index, index + 2);
  console.log(JSON.stringify(await find(name, Number(from), Number(most), Number(steps))));
}
