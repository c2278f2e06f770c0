// A peer: carts on Emmett, an event sourcing library, with its store on Postgres. It has a package of
// its own, so that the shop does not depend on it: `npm install --prefix bench/peers`.
import { CommandHandler } from '@event-driven-io/emmett';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';

const initialState = () => ({ revision: 0, lines: new Map() });

function evolve({ revision, lines }, { data: { sku, quantity } }) {
  const after = new Map(lines);
  after.set(sku, (lines.get(sku) ?? 0) + quantity);
  return { revision: revision + 1, lines: after };
}

/** @param connectionString of Postgres, whose tables Emmett makes */
export async function openEmmettCarts(connectionString, cartOf) {
  const store = getPostgreSQLEventStore(connectionString);
  await store.schema.migrate();
  const handle = CommandHandler({ evolve, initialState, retry: { onVersionConflict: true } });
  const shown = (id, { revision, lines }) =>
    cartOf(
      id,
      revision,
      [...lines].map(([sku, quantity]) => ({ sku, quantity })),
    );
  return {
    async addItem(id, sku, quantity) {
      const added = { type: 'ItemAdded', data: { sku, quantity } };
      const { newState } = await handle(store, `cart-${id}`, () => added);
      return shown(id, newState);
    },
    async cart(id) {
      const { state } = await store.aggregateStream(`cart-${id}`, { evolve, initialState });
      return shown(id, state);
    },
    close: () => store.close(),
  };
}
