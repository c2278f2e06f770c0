// The executable schema out of the classes. Built once at the start.
import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchema } from 'type-graphql';
import { limitLists } from './limit-lists.js';
import { CartHistory } from './resolvers/cart-history.js';
import { CartMutations } from './resolvers/cart-mutations.js';
import { CartQueries } from './resolvers/cart-queries.js';
import { LiveCarts } from './resolvers/live-carts.js';
import { Shop } from './resolvers/shop.js';
import { Staff } from './resolvers/staff.js';
import { Suppositions } from './resolvers/suppositions.js';
import { Refusal, RevisionConflict, TotalChanged } from './types/rejections.js';

export async function createSchema(): Promise<GraphQLSchema> {
  const schema = await buildSchema({
    resolvers: [CartQueries, CartHistory, CartMutations, LiveCarts, Shop, Staff, Suppositions],
    orphanedTypes: [Refusal, RevisionConflict, TotalChanged],
    // Values are judged by input-rules.ts, at a tenth of the cost of class-validator.
    validate: false,
    // Each subscription brings its own iterator, so there is nothing to publish to.
    pubSub: {
      publish: () => undefined,
      subscribe: () => {
        throw new Error('Subscriptions do not go through a pub-sub');
      },
    },
  });
  return limitLists(schema);
}
