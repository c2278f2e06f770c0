// What support and admins see of the catalogue besides what shoppers see: planned prices, and the
// history of a product.
import { Arg, Args, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { occurredAt, type StoredEvent } from '../../event-store/stored-event.js';
import { demand } from '../access.js';
import { maxPageSize } from '../complexity.js';
import { connection } from '../connection.js';
import type { RequestContext } from '../context.js';
import { decodeRevision, encodeRevision } from '../cursors.js';
import { checkPage } from '../input-rules.js';
import { namedSku } from '../named-sku.js';
import { allows } from '../policy.js';
import type { ShownProduct } from '../product-view.js';
import { money } from '../types/money.js';
import {
  PlannedPriceType,
  Product,
  ProductEventConnection,
  type ProductEventType,
  ProductWithdrawalType,
} from '../types/product-types.js';
import { PlaceArguments } from '../types/page-arguments.js';

const defaultPageSize = 100;

@Resolver(() => Product)
export class CatalogueStaff {
  @FieldResolver(() => [PlannedPriceType], {
    nullable: true,
    description: 'Prices that hold later, for support and admins; null for anybody else',
  })
  plannedPrices(
    @Root() { planned }: ShownProduct,
    @Ctx() { principal }: RequestContext,
  ): PlannedPriceType[] | null {
    if (!allows(principal, 'catalogue:read')) return null;
    return planned.map(({ minorUnits, currency, holdsFrom }) => ({
      price: money(minorUnits, currency),
      holdsFrom,
    }));
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'Of the product itself, for the expectedRevision of its commands; for support and admins, ' +
      'null for anybody else',
  })
  revision(
    @Root() { productRevision }: ShownProduct,
    @Ctx() { principal }: RequestContext,
  ): number | null {
    return allows(principal, 'catalogue:read') ? productRevision : null;
  }

  @FieldResolver(() => ProductWithdrawalType, {
    nullable: true,
    description:
      'When a product came off sale and by whom, for support and admins; null for anybody else, ' +
      'and for a product on sale',
  })
  async withdrawal(
    @Root() { sku, onSale }: ShownProduct,
    @Ctx() { principal, services }: RequestContext,
  ): Promise<ProductWithdrawalType | null> {
    if (onSale || !allows(principal, 'catalogue:read')) return null;
    const delisted = await services.productHistory.lastOf(sku, 'ProductDelisted');
    if (delisted === undefined) return null;
    const { actorKind, actorSubject, occurredAt: at } = shownProductEvent(delisted);
    return { at, actorKind, actorSubject };
  }

  @Query(() => ProductEventConnection, {
    description:
      'All that happened to a product, its prices among it, oldest first; also of a product that ' +
      'is no longer sold. For support and admins',
  })
  async productHistory(
    @Ctx() context: RequestContext,
    @Arg('sku', () => ID, { description: 'The article number, in its exact spelling' })
    asked: string,
    @Args() { after, last, before }: PlaceArguments,
    @Arg('first', () => Int, { nullable: true, description: 'Size of the page; default: 100' })
    first?: number | null,
  ): Promise<ProductEventConnection> {
    demand(context, 'catalogue:read');
    checkPage({ first, after, last, before }, maxPageSize);
    const sku = await namedSku(context, asked);
    const page = await context.services.productHistory.page(sku, {
      ...(last == null ? { first: first ?? defaultPageSize } : { last }),
      ...(after == null ? {} : { after: decodeRevision(after) }),
      ...(before == null ? {} : { before: decodeRevision(before) }),
    });
    return connection(page, shownProductEvent, ({ revision }) => encodeRevision(revision));
  }
}

function shownProductEvent(stored: StoredEvent): ProductEventType {
  const { id, type, revision, recordedAt, metadata, data } = stored;
  return {
    ...{ id, type, revision, recordedAt },
    occurredAt: occurredAt(stored),
    actorKind: metadata.actor?.kind ?? null,
    actorSubject: metadata.actor?.subject ?? null,
    // Another writer may have stored anything.
    data: typeof data === 'object' && data !== null ? data : {},
  };
}
