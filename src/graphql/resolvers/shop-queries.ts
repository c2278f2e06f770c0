// Queries on products and orders, from the read models.
import { Arg, Args, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { FoundProduct } from '../../read-models/product-pages.js';
import { demand, mayReadOrder, readableOrder } from '../access.js';
import { currentOrder, productInLog, productOnSale } from '../certain-rows.js';
import { connection } from '../connection.js';
import type { RequestContext } from '../context.js';
import { encodePlace } from '../cursors.js';
import { uuidOf } from '../input-rules.js';
import { namedSku } from '../named-sku.js';
import { shownOrder } from '../order-view.js';
import { shownProduct } from '../product-view.js';
import { productsQuestion } from '../products-question.js';
import { Order } from '../types/order-types.js';
import { PageArguments } from '../types/page-arguments.js';
import { ProductFilter, ProductSort } from '../types/product-questions.js';
import { Product, ProductConnection } from '../types/product-types.js';

@Resolver()
export class ShopQueries {
  @Query(() => Product, {
    nullable: true,
    description: 'The product if it is on sale; null for any other',
  })
  async product(
    @Ctx() context: RequestContext,
    @Arg('sku', () => ID, { description: 'The article number, in its exact spelling' })
    asked: string,
  ): Promise<Product | null> {
    demand(context, 'products:read');
    const product = await productOnSale(context.services, await namedSku(context, asked));
    return product && shownProduct(product, context.services.time.now());
  }

  @Query(() => ProductConnection, {
    description:
      'Products on sale. A search finds those that have each of its words, in any order, at the ' +
      'beginning of a word of their sku, name, tags or description, without case and accents',
  })
  async products(
    @Ctx() context: RequestContext,
    @Args() pages: PageArguments,
    @Arg('search', () => String, { nullable: true, description: 'Words; null for all products' })
    search?: string | null,
    @Arg('sort', () => ProductSort, {
      nullable: true,
      description: 'Default: RELEVANCE for a search, else SKU. Cursors belong to one order',
    })
    sort?: `${ProductSort}` | null,
    @Arg('filter', () => ProductFilter, { nullable: true, description: 'Default: no filter' })
    filter?: ProductFilter | null,
  ): Promise<ProductConnection> {
    demand(context, filter?.sale == null ? 'products:read' : 'catalogue:read');
    const now = context.services.time.now();
    const question = productsQuestion(pages, { search, sort, filter });
    const page = await context.services.reads.products(question);
    const rows = await Promise.all(page.rows.map((found) => certain(context, found)));
    const known = { ...page, rows: rows.filter((found) => found !== null) };
    return connection(
      known,
      ({ state }) => shownProduct(state, now),
      ({ place }) => encodePlace(question.order, place),
    );
  }

  @Query(() => Order, {
    description: 'An order of the caller; null where there is none',
    nullable: true,
  })
  async order(
    @Ctx() context: RequestContext,
    @Arg('orderId', () => ID, { description: 'The order' }) id: string,
  ): Promise<Order | null> {
    return orderOf(context, uuidOf(id, 'orderId'));
  }
}

/** The order if the caller may read it, or null. @throws ApiError, as the query `order` */
export async function orderOf(context: RequestContext, orderId: string): Promise<Order | null> {
  if (!(await mayReadOrder(context, orderId))) return null;
  const order = await readableOrder(context, await currentOrder(context.services, orderId));
  return order === null ? null : shownOrder(order);
}

/** The row as its log has it where it may be wrong; null where it is not on sale. */
async function certain(
  { services }: RequestContext,
  found: FoundProduct,
): Promise<FoundProduct | null> {
  if (!found.isDoubtful) return found;
  const state = await productInLog(services, found.place.sku);
  return state && { ...found, state };
}
