// `cartograph reactions`: prints the parked events of each process manager, and retries them.
import { type ParkedFact, ParkedFacts } from '../../process-managers/parked-facts.js';
import { loadPricing } from '../../pricing/pricing-module.js';
import type { Config } from '../../service/config.js';
import { retryAllParked } from '../../service/reactions.js';
import { EXIT } from '../exit.js';
import { demandLog } from '../log-folder.js';
import { print } from '../output.js';
import { withExistingStore } from '../with-store.js';

export interface ReactionsOptions {
  readonly parked: boolean;
  readonly replay: boolean;
  readonly json: boolean;
}

export async function runReactions(config: Config, options: ReactionsOptions): Promise<number> {
  demandLog(config);
  const parked = ParkedFacts.open(config.dataDir);
  try {
    if (options.replay) {
      const pricing = await loadPricing(config.pricingRules);
      await withExistingStore(config, (store) => retryAllParked(store, parked, pricing));
    }
    const name = 'order-placement';
    const facts = parked.list(name);
    if (options.json) await print(JSON.stringify({ reactions: [{ name, parked: shown(facts) }] }));
    else await printInWords(name, facts, options.parked || options.replay);
    return options.replay && facts.length > 0 ? EXIT.no : EXIT.done;
  } finally {
    parked.close();
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
