// Where an order goes, for all who may read it: the owner, and staff who ship it.
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../context.js';
import { openedAddress, openedText } from '../opened-words.js';
import type { ShownOrder } from '../order-view.js';
import { PostalAddressType } from '../types/delivery-types.js';
import { Order } from '../types/order-types.js';

@Resolver(() => Order)
export class OrderDelivery {
  @FieldResolver(() => PostalAddressType, {
    nullable: true,
    description: 'Null without one, and once its person was erased',
  })
  shippingAddress(
    @Root() { delivery }: ShownOrder,
    @Ctx() { services }: RequestContext,
  ): Promise<PostalAddressType | null> {
    return openedAddress(services, delivery?.shipTo?.address);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'It goes with the goods. Null without one, and once its person was erased',
  })
  giftNote(
    @Root() { delivery }: ShownOrder,
    @Ctx() { services }: RequestContext,
  ): Promise<string | null> {
    return openedText(services, delivery?.giftNote);
  }
}
