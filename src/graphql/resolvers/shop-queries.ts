// Queries on products and orders, from the read models.
import { Arg, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import type { ProductState } from '../../domain/catalog/state.js';
import { demand, mayReadOrder, readableOrder } from '../access.js';
import { currentOrder, productInLog } from '../certain-rows.js';
import { connection } from '../connection.js';
import { maxPageSize } from '../complexity.js';
import type { RequestContext } from '../context.js';
import { decodeSku, encodeSku } from '../cursors.js';
import { checkPage, textOf, uuidOf } from '../input-rules.js';
import { shownOrder } from '../order-view.js';
import { shownProduct } from '../product-view.js';
import { Order } from '../types/order-types.js';
import { ProductConnection } from '../types/product-types.js';

const defaultPageSize = 20;

@Resolver()
export class ShopQueries {
  @Query(() => ProductConnection, {
    description: 'Products on sale, in order of sku; search matches sku and name',
  })
  async products(
    @Ctx() context: RequestContext,
    @Arg('search', () => String, { nullable: true }) search?: string | null,
    @Arg('first', () => Int, { nullable: true, defaultValue: defaultPageSize })
    first?: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<ProductConnection> {
    demand(context, 'products:read');
    checkPage({ first, after }, maxPageSize);
    const sought = search == null || search === '' ? null : textOf(search, 'search');
    const page = await context.services.reads.products({
      search: sought,
      first: first ?? defaultPageSize,
      after: after == null ? null : decodeSku(after),
    });
    const doubtful = new Set(page.doubtfulSkus);
    const rows = await Promise.all(
      page.rows.map(async (product) =>
        product.sku !== null && doubtful.has(product.sku)
          ? await productInLog(context.services, product.sku)
          : product,
      ),
    );
    const known = { ...page, rows: rows.filter((product) => product !== null) };
    return connection(known, shownProduct, ({ sku }: ProductState) => encodeSku(sku ?? ''));
  }

  @Query(() => Order, { nullable: true })
  async order(
    @Ctx() context: RequestContext,
    @Arg('orderId', () => ID) id: string,
  ): Promise<Order | null> {
    const { services } = context;
    const orderId = uuidOf(id, 'orderId');
    if (!(await mayReadOrder(context, orderId))) return null;
    const order = await readableOrder(context, await currentOrder(services, orderId));
    return order === null ? null : shownOrder(order);
  }
}
