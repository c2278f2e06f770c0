// Builds the executable schema from the classes, once at the start.
import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchema } from 'type-graphql';
import { resolvePayloadFields } from './compiled-execution.js';
import { resolveConcreteTypes } from './concrete-types.js';
import { withKnownLocations } from './known-locations.js';
import { addPages, limitLists } from './limit-lists.js';
import { AccessRecords } from './resolvers/access-records.js';
import { CartChanges } from './resolvers/cart-changes.js';
import { CartDeliveries } from './resolvers/cart-delivery.js';
import { CartHistoryQueries } from './resolvers/cart-history-queries.js';
import { CartLineProduct } from './resolvers/cart-line-product.js';
import { CartEventFields, CartTimelineQueries } from './resolvers/cart-timeline-queries.js';
import { CartMutations } from './resolvers/cart-mutations.js';
import { CartQueries } from './resolvers/cart-queries.js';
import { CartSearch } from './resolvers/cart-search.js';
import { CatalogueAdmin } from './resolvers/catalogue-admin.js';
import { Erasures } from './resolvers/erasures.js';
import { CatalogueStaff } from './resolvers/catalogue-staff.js';
import { CouponList } from './resolvers/coupon-list.js';
import { CartsOfCustomer } from './resolvers/customers-carts.js';
import { ImpactReportQueries } from './resolvers/impact-reports.js';
import { LiveCarts } from './resolvers/live-carts.js';
import { LogEvents } from './resolvers/log-events.js';
import { OrderDelivery } from './resolvers/order-delivery.js';
import { OrderDesk } from './resolvers/order-desk.js';
import { OrderLists } from './resolvers/order-lists.js';
import { ProductStock } from './resolvers/product-stock.js';
import { ProjectionDesk } from './resolvers/projection-desk.js';
import { Reactions } from './resolvers/reactions.js';
import { SalesQueries } from './resolvers/sales-reports.js';
import { Replays } from './resolvers/replays.js';
import { ShippingMethods } from './resolvers/shipping-methods.js';
import { ShopQueries } from './resolvers/shop-queries.js';
import { Staff } from './resolvers/staff.js';
import { StockAdmin } from './resolvers/stock-admin.js';
import { Webhooks } from './resolvers/webhooks.js';
import { Suppositions } from './resolvers/suppositions.js';
import { TaxAdmin } from './resolvers/tax-admin.js';
import {
  CouponExhaustedType,
  NotForSaleType,
  OutOfStockType,
  PlainRejectionType,
  RevisionConflictType,
  TotalChangedType,
} from './types/rejections.js';

export interface SchemaOptions {
  /** Whether a router of Apollo Federation may read it and resolve entities of it. */
  readonly federation?: boolean;
}

export async function createSchema({
  federation = false,
}: SchemaOptions = {}): Promise<GraphQLSchema> {
  const built = await buildSchema({
    resolvers: [
      AccessRecords,
      CartQueries,
      CartHistoryQueries,
      CartLineProduct,
      CartTimelineQueries,
      CartEventFields,
      CartMutations,
      CartChanges,
      CartSearch,
      CartDeliveries,
      CartsOfCustomer,
      CatalogueAdmin,
      CatalogueStaff,
      CouponList,
      ImpactReportQueries,
      LiveCarts,
      LogEvents,
      OrderDelivery,
      OrderDesk,
      OrderLists,
      SalesQueries,
      ShippingMethods,
      ShopQueries,
      ProductStock,
      ProjectionDesk,
      Replays,
      Staff,
      StockAdmin,
      Reactions,
      Erasures,
      Suppositions,
      Webhooks,
      TaxAdmin,
    ],
    orphanedTypes: [
      CouponExhaustedType,
      NotForSaleType,
      OutOfStockType,
      PlainRejectionType,
      RevisionConflictType,
      TotalChangedType,
    ],
    // input-rules.ts validates values, at a tenth of the cost of class-validator.
    validate: false,
    // Apollo Server checks the schema when it starts.
    skipCheck: true,
    // Each subscription has its own iterator, so nothing is published.
    pubSub: {
      publish: () => undefined,
      subscribe: () => {
        throw new Error('Subscriptions do not go through a pub-sub');
      },
    },
  });
  describeRoots(built);
  addPages(built);
  const whole = federation ? (await import('./subgraph.js')).asSubgraph(built) : built;
  const schema = withKnownLocations(whole);
  resolveConcreteTypes(schema);
  resolvePayloadFields(schema);
  return limitLists(schema);
}

/** type-graphql has no place for the descriptions of these types. */
function describeRoots(schema: GraphQLSchema): void {
  for (const [root, description] of [
    [schema.getQueryType(), 'What can be read'],
    [
      schema.getMutationType(),
      'Commands. The input of nearly each takes a commandId: repeating it gives the first answer',
    ],
    [schema.getSubscriptionType(), 'What can be watched live, over a websocket'],
  ] as const) {
    if (root) root.description = description;
  }
}
