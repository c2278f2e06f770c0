// The product of a cart's line.
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../context.js';
import { shownProduct } from '../product-view.js';
import { loadProductOnSale } from '../products-on-sale.js';
import { CartLine } from '../types/cart-types.js';
import { Product } from '../types/product-types.js';

@Resolver(() => CartLine)
export class CartLineProduct {
  @FieldResolver(() => Product, {
    nullable: true,
    description: 'The product as it is sold now; null when it is no longer sold',
  })
  async product(
    @Root() { sku }: CartLine,
    @Ctx() { services }: RequestContext,
  ): Promise<Product | null> {
    const product = await loadProductOnSale(services, sku);
    return product && shownProduct(product, services.time.now());
  }
}
