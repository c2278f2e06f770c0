// The simulator's command line: what to run, and how a run is asked for again.
import { parseArgs } from 'node:util';
import { plantNamed } from './plants/all-plants.js';
import type { RunOptions } from './run-options.js';
import type { Fault, Scenario } from './scenario.js';

export interface Asked {
  readonly from: number;
  readonly seeds: number;
  readonly workers: number | undefined;
  readonly isJson: boolean;
  /** Tells the story of every run. */
  readonly isStory: boolean;
  /** Stops after so many runs that break a law. */
  readonly most: number;
  readonly runs: RunChoice;
}

/** What is the same for all runs; plain data, so that it can be handed to another process. */
export interface RunChoice {
  readonly steps: number;
  readonly scenario: Partial<Scenario>;
  readonly without: readonly string[];
  readonly quiet: readonly string[];
  readonly plant: string | undefined;
}

export const usage = `npm run simulate -- [--seeds N] [--from M] [--steps S] [--workers W]
  --seeds N      how many seeds to run; default 1000
  --from M       the first of them; default 1
  --steps S      steps with clients and faults in each; default 200
  --workers W    processes; default one a core
  --most K       stop after K runs that break a law; default 3
  --story        tell each run, line by line
  --json         the summary as one line of JSON
  --plant NAME   put a fault into the service, which should be found
  --instances, --households, --nodes, --shared, --intruder, --payments, --claims, --delivery,
  --erasures, --without, --quiet
                 as the simulator prints them for a run that was made smaller`;

const options = {
  ...text('from', 'seeds', 'steps', 'workers', 'most', 'plant', 'without', 'quiet'),
  ...text(
    'instances',
    'households',
    'nodes',
    'shared',
    'intruder',
    'payments',
    'claims',
    'delivery',
    'erasures',
    'bulk',
  ),
  story: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

function text<Name extends string>(...names: readonly Name[]) {
  return Object.fromEntries(names.map((name) => [name, { type: 'string' }])) as Record<
    Name,
    { readonly type: 'string' }
  >;
}

/** @throws TypeError, RangeError for what it does not know */
export function commandLine(args: readonly string[]): Asked {
  const { values } = parseArgs({ args: [...args], options });
  const number = (name: 'from' | 'seeds' | 'steps' | 'most', otherwise: number) =>
    wholeNumber(name, values[name]) ?? otherwise;
  return {
    from: number('from', 1),
    seeds: number('seeds', 1_000),
    workers: wholeNumber('workers', values.workers),
    most: number('most', 3),
    isJson: values.json === true,
    isStory: values.story === true,
    runs: {
      steps: number('steps', 200),
      without: listOf(values.without),
      quiet: listOf(values.quiet),
      plant: values.plant,
      scenario: {
        ...given('instances', wholeNumber('instances', values.instances)),
        ...given('households', wholeNumber('households', values.households)),
        ...given('storeNodes', wholeNumber('nodes', values.nodes) === 1 ? 1 : undefined),
        ...given('isShared', truth(values.shared)),
        ...given('hasIntruder', truth(values.intruder)),
        ...given('hasPayments', truth(values.payments)),
        ...given('bulkLines', wholeNumber('bulk', values.bulk)),
        ...given('hasClaims', truth(values.claims)),
        ...given('hasDelivery', truth(values.delivery)),
        ...given('hasErasures', truth(values.erasures)),
      },
    },
  };
}

/** The command that repeats one run, as short as it can be. */
export function commandFor(
  seed: number,
  { steps, scenario = {}, without = [], quiet = [], plant }: RunOptions,
): string {
  const words = [`--from ${seed} --seeds 1 --steps ${steps} --story`];
  if (plant !== undefined) words.push(`--plant '${plant.name}'`);
  if (scenario.instances !== undefined) words.push(`--instances ${scenario.instances}`);
  if (scenario.households !== undefined) words.push(`--households ${scenario.households}`);
  if (scenario.storeNodes !== undefined) words.push(`--nodes ${scenario.storeNodes}`);
  if (scenario.isShared !== undefined) words.push(`--shared ${scenario.isShared}`);
  if (scenario.hasIntruder !== undefined) words.push(`--intruder ${scenario.hasIntruder}`);
  if (scenario.hasPayments !== undefined) words.push(`--payments ${scenario.hasPayments}`);
  if (scenario.hasDelivery !== undefined) words.push(`--delivery ${scenario.hasDelivery}`);
  if (scenario.hasErasures !== undefined) words.push(`--erasures ${scenario.hasErasures}`);
  if (scenario.bulkLines !== undefined) words.push(`--bulk ${scenario.bulkLines}`);
  if (scenario.hasClaims !== undefined) words.push(`--claims ${scenario.hasClaims}`);
  if (without.length > 0) words.push(`--without ${without.join(',')}`);
  if (quiet.length > 0) words.push(`--quiet '${quiet.join(',')}'`);
  return `npm run simulate -- ${words.join(' ')}`;
}

export function optionsOf({ plant, without, ...rest }: RunChoice): RunOptions {
  return {
    ...rest,
    without: without as readonly Fault[],
    ...(plant !== undefined && { plant: plantNamed(plant) }),
  };
}

function wholeNumber(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,15}$/.test(value)) throw new RangeError(`--${name} takes a whole number`);
  return Number(value);
}

function truth(value: string | undefined): boolean | undefined {
  return value === undefined ? undefined : value === 'true';
}

function listOf(value: string | undefined): readonly string[] {
  return value === undefined || value === '' ? [] : value.split(',');
}

function given(name: keyof Scenario, value: unknown): Partial<Scenario> {
  return value === undefined ? {} : { [name]: value };
}
