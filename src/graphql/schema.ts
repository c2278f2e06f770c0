// Builds the executable schema from the classes, once at the start.
import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchema } from 'type-graphql';
import { resolvePayloadFields } from './compiled-execution.js';
import { resolveConcreteTypes } from './concrete-types.js';
import { limitLists } from './limit-lists.js';
import { CartHistoryQueries } from './resolvers/cart-history-queries.js';
import { CartMutations } from './resolvers/cart-mutations.js';
import { CartQueries } from './resolvers/cart-queries.js';
import { LiveCarts } from './resolvers/live-carts.js';
import { Reactions } from './resolvers/reactions.js';
import { ShopQueries } from './resolvers/shop-queries.js';
import { Staff } from './resolvers/staff.js';
import { Suppositions } from './resolvers/suppositions.js';
import { PlainRejectionType, RevisionConflictType, TotalChangedType } from './types/rejections.js';

export async function createSchema(): Promise<GraphQLSchema> {
  const schema = await buildSchema({
    resolvers: [
      CartQueries,
      CartHistoryQueries,
      CartMutations,
      LiveCarts,
      ShopQueries,
      Staff,
      Reactions,
      Suppositions,
    ],
    orphanedTypes: [PlainRejectionType, RevisionConflictType, TotalChangedType],
    // input-rules.ts validates values, at a tenth of the cost of class-validator.
    validate: false,
    // Each subscription has its own iterator, so nothing is published.
    pubSub: {
      publish: () => undefined,
      subscribe: () => {
        throw new Error('Subscriptions do not go through a pub-sub');
      },
    },
  });
  resolveConcreteTypes(schema);
  resolvePayloadFields(schema);
  return limitLists(schema);
}
