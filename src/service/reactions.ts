// The process managers beside the service; each reads the log with its own checkpoint.
import type { CartCommands } from '../commands/cart-commands.js';
import type { EventStore } from '../event-store/event-store.js';
import type { Logger } from '../http/log.js';
import { OrderPlacement } from '../process-managers/order-placement.js';
import {
  orderPlacementReaction,
  positionFileOf,
} from '../process-managers/order-placement-runner.js';
import { ParkedFacts } from '../process-managers/parked-facts.js';
import {
  type Reaction,
  type RunningReaction,
  startReaction,
} from '../process-managers/reaction.js';
import type { ShopCommands } from './shop-commands.js';
import type { StartedParts } from './started-parts.js';

export interface ReactingShop {
  readonly config: { readonly dataDir: string };
  readonly log: Logger;
  readonly store: EventStore;
  readonly commands: Pick<ShopCommands, 'orders'>;
  readonly carts: CartCommands;
}

/** All reactions. */
export function reactionsOf({
  carts,
  commands,
}: Pick<ReactingShop, 'carts' | 'commands'>): readonly Reaction[] {
  return [orderPlacementReaction(new OrderPlacement(carts, commands.orders))];
}

export async function startReactions(
  shop: ReactingShop,
  parts: StartedParts,
): Promise<readonly RunningReaction[]> {
  const { dataDir } = shop.config;
  const parked = ParkedFacts.open(dataDir);
  parts.add('parked facts', () => parked.close());
  const { putAsideAs } = parked;
  if (putAsideAs !== undefined) {
    shop.log.warn({ putAsideAs }, 'the file of parked events was damaged and was moved aside');
  }
  const running: RunningReaction[] = [];
  for (const reaction of reactionsOf(shop)) {
    const one = await start(shop, reaction, parked);
    parts.add(reaction.name, () => one.stop());
    running.push(one);
  }
  return running;
}

function start(
  { config, log, store }: ReactingShop,
  reaction: Reaction,
  parked: ParkedFacts,
): Promise<RunningReaction> {
  const { name } = reaction;
  return startReaction(reaction, {
    store,
    position: positionFileOf(config.dataDir, reaction),
    parked,
    clock: () => Date.now(),
    onFault: (err) => log.warn({ err, reaction: name }, 'a reaction had a fault and continues'),
    onParked: ({ stream, revision }, err) =>
      log.error(
        { err, reaction: name, stream, revision },
        'a reaction cannot act on an event and parks it; see cartograph reactions --parked',
      ),
  });
}
