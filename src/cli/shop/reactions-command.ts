// `cartograph reactions`: what each process manager could not act on, and another try at it.
import { OrderPlacement } from '../../process-managers/order-placement.js';
import { orderPlacementReaction } from '../../process-managers/order-placement-runner.js';
import { type ParkedFact, ParkedFacts } from '../../process-managers/parked-facts.js';
import { type Reaction, retryParked } from '../../process-managers/reaction.js';
import { loadPricing } from '../../pricing/pricing-module.js';
import { CommandRunner } from '../../commands/command-runner.js';
import { cartAggregate } from '../../commands/aggregates.js';
import { OrderCommands } from '../../commands/order-commands.js';
import { AggregateStore } from '../../folds/aggregate-store.js';
import type { EventStore } from '../../event-store/event-store.js';
import type { Config } from '../../service/config.js';
import { EXIT } from '../exit.js';
import { demandLog } from '../log-folder.js';
import { print } from '../output.js';
import { withExistingStore } from '../with-store.js';
import { systemTime } from '../../waiting/time.js';

export interface ReactionsOptions {
  readonly parked: boolean;
  readonly replay: boolean;
  readonly json: boolean;
}

export async function runReactions(config: Config, options: ReactionsOptions): Promise<number> {
  demandLog(config);
  const parked = ParkedFacts.open(config.dataDir);
  try {
    if (options.replay) await withExistingStore(config, (store) => retryAll(config, store, parked));
    const name = 'order-placement';
    const facts = parked.list(name);
    if (options.json) await print(JSON.stringify({ reactions: [{ name, parked: shown(facts) }] }));
    else await printInWords(name, facts, options.parked || options.replay);
    return options.replay && facts.length > 0 ? EXIT.no : EXIT.done;
  } finally {
    parked.close();
  }
}

async function retryAll(config: Config, store: EventStore, parked: ParkedFacts): Promise<void> {
  const reaction = await placementOver(config, store);
  await retryParked(
    reaction,
    { store, parked, clock: systemTime.now },
    AbortSignal.timeout(PATIENCE_MS),
  );
}

/** How long a store that is away is waited for. */
const PATIENCE_MS = 60_000;

async function placementOver(config: Config, store: EventStore): Promise<Reaction> {
  const runner = new CommandRunner(store, new AggregateStore(store));
  const orders = new OrderCommands(runner, await loadPricing(config.pricingRules));
  const carts = { freshState: (cartId: string) => runner.stateOf(cartAggregate, cartId, 'fresh') };
  return orderPlacementReaction(new OrderPlacement(carts, orders));
}

/** A position does not fit JSON's numbers. */
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
