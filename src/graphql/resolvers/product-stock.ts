// What the catalogue shows of a product's stock: how many units an order can have now.
import { Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { defaultCartLimits } from '../../domain/cart/limits.js';
import type { RequestContext } from '../context.js';
import { Product } from '../types/product-types.js';
import { unitsOnSale } from '../units-on-sale.js';

@Resolver(() => Product)
export class ProductStock {
  @FieldResolver(() => Int, {
    description:
      'Units that an order can have now; if the product is not tracked, the most that a line ' +
      'holds. 0 for a product that is no longer sold',
  })
  async available(
    @Root() { sku, onSale }: Product,
    @Ctx() { services }: RequestContext,
  ): Promise<number> {
    if (!onSale) return 0;
    return (await unitsOnSale(services, sku)) ?? defaultCartLimits.maxUnitsPerLine;
  }

  @FieldResolver(() => Boolean, {
    description: 'Whether its units are counted: a checkout may find that they are gone',
  })
  async tracked(@Root() { sku }: Product, @Ctx() { services }: RequestContext): Promise<boolean> {
    return (await unitsOnSale(services, sku)) !== null;
  }
}
