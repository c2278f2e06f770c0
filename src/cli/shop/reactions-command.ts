// `cartograph reactions`: prints the parked events of each process manager, and retries them.
import { PersistentGroups } from '../../event-store/persistent-groups.js';
import { StoreNodes } from '../../event-store/store-nodes.js';
import { type ParkedFact, ParkedFacts } from '../../process-managers/parked-facts.js';
import { SharedParking } from '../../process-managers/shared-parking.js';
import { loadPricing } from '../../pricing/pricing-module.js';
import type { Config } from '../../service/config.js';
import { retryAllParked } from '../../service/reactions.js';
import { sharedKinds } from '../../service/shared-kinds.js';
import { retrying } from '../../waiting/retrying.js';
import { EXIT } from '../exit.js';
import { print } from '../output.js';
import { withExistingStore } from '../with-store.js';

export interface ReactionsOptions {
  readonly parked: boolean;
  readonly replay: boolean;
  readonly json: boolean;
}

const MOST_SHOWN = 10_000;
/** How long the services may take for the events that they got again. */
const OUTCOME_MS = 10_000;
const PAUSE_MS = { least: 100, most: 100 };

export async function runReactions(config: Config, options: ReactionsOptions): Promise<number> {
  return withExistingStore(config, async (store, { connectionString }) => {
    const nodes = new StoreNodes(connectionString);
    const groups = new PersistentGroups(nodes);
    const parked = ParkedFacts.open(config.dataDir);
    const shared = sharedKinds.map((kind) => new SharedParking(kind, { groups, earlier: parked }));
    try {
      if (options.replay) {
        await retryAllParked(store, parked, await loadPricing(config.pricingRules));
        for (const parking of shared) await replayed(parking);
      }
      const reactions = await parkedOf(shared, parked);
      await printed(reactions, options);
      const left = reactions.some(({ facts }) => facts.length > 0);
      return options.replay && left ? EXIT.no : EXIT.done;
    } finally {
      parked.close();
      await groups.close();
      await nodes.close();
    }
  });
}

/** The services retry them; without one they stay parked. */
async function replayed(parking: SharedParking): Promise<void> {
  if (!(await parking.replay())) return;
  const demandOutcome = async () => {
    if (!(await parking.isSettled())) throw new UnsettledError();
  };
  try {
    const retryIf = (error: unknown) => error instanceof UnsettledError;
    await retrying(demandOutcome, { retryIf, pauseMs: PAUSE_MS, withinMs: OUTCOME_MS });
  } catch (error) {
    if (!(error instanceof UnsettledError)) throw error;
    process.stderr.write(`${parking.name}: not every event that was retried has an outcome yet\n`);
  }
}

class UnsettledError extends Error {}

async function parkedOf(
  shared: readonly SharedParking[],
  parked: ParkedFacts,
): Promise<readonly ParkedOf[]> {
  const page = { first: MOST_SHOWN, offset: 0 };
  const ofAll = await Promise.all(
    shared.map(async (parking) => ({ name: parking.name, facts: await parking.list(page) })),
  );
  const own = ['order-placement', ...parked.reactions()].filter(
    (name) => !shared.some((parking) => parking.name === name),
  );
  return [...[...new Set(own)].map((name) => ({ name, facts: parked.list(name) })), ...ofAll];
}

interface ParkedOf {
  readonly name: string;
  readonly facts: readonly ParkedFact[];
}

async function printed(reactions: readonly ParkedOf[], options: ReactionsOptions): Promise<void> {
  if (options.json) {
    const all = reactions.map(({ name, facts }) => ({ name, parked: shown(facts) }));
    await print(JSON.stringify({ reactions: all }));
    return;
  }
  for (const { name, facts } of reactions) {
    await printInWords(name, facts, options.parked || options.replay);
  }
}

/** A position does not fit into a JSON number. */
function shown(facts: readonly ParkedFact[]) {
  return facts.map(({ position, parkedAt, ...fact }) => ({
    ...fact,
    position: String(position),
    parkedAt: new Date(parkedAt).toISOString(),
  }));
}

async function printInWords(
  name: string,
  facts: readonly ParkedFact[],
  withEach: boolean,
): Promise<void> {
  await print(`${name}: ${facts.length === 1 ? '1 event' : `${facts.length} events`} parked`);
  if (!withEach) return;
  for (const { stream, revision, type, reason, attempts } of facts) {
    const line = `PARKED  ${stream}@${revision} (${type}), tried ${attempts} times: ${reason}`;
    if (!(await print(line))) return;
  }
}
