// Where a cart goes: the shopper's mutations, and the personal data that only its owner sees.
import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { change } from '../cart-payload.js';
import type { ShownCart } from '../cart-view.js';
import type { RequestContext } from '../context.js';
import { giftNoteOf, personalAddressOf, placeOf } from '../delivery-rules.js';
import { couponCodeOf, emailOf, uuidOf } from '../input-rules.js';
import { openedAddress, openedText } from '../opened-words.js';
import { owns } from '../policy.js';
import { Cart } from '../types/cart-types.js';
import type { CartCommandInput } from '../types/command-inputs.js';
import {
  ChooseShippingMethodInput,
  RemoveGiftNoteInput,
  RemoveShippingAddressInput,
  RemoveShippingMethodInput,
  SetGiftNoteInput,
  SetShippingAddressInput,
} from '../types/delivery-inputs.js';
import { PostalAddressType } from '../types/delivery-types.js';
import { CartPayload } from '../types/payloads.js';

@Resolver(() => Cart)
export class CartDeliveries {
  @FieldResolver(() => PostalAddressType, {
    nullable: true,
    description: "For the cart's owner alone",
  })
  shippingAddress(
    @Root() { state }: ShownCart,
    @Ctx() { principal, services }: RequestContext,
  ): Promise<PostalAddressType | null> {
    const sealed = owns(principal, state) ? state.delivery?.shipTo?.address : null;
    return openedAddress(services, sealed);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: "For the cart's owner alone. Null without one, and once its person was erased",
  })
  giftNote(
    @Root() { state }: ShownCart,
    @Ctx() { principal, services }: RequestContext,
  ): Promise<string | null> {
    const sealed = owns(principal, state) ? state.delivery?.giftNote?.note : null;
    return openedText(services, sealed);
  }

  @Mutation(() => CartPayload, {
    description: 'Says where the cart goes; the tax rules of the place are stored with it',
  })
  setShippingAddress(
    @Ctx() context: RequestContext,
    @Arg('input', () => SetShippingAddressInput, {
      description: 'The place, and the address if it is known',
    })
    input: SetShippingAddressInput,
  ): Promise<CartPayload> {
    return change(context, input, {
      type: 'SetShippingAddress',
      ...cartOf(input),
      ...placeOf(input.place),
      personal: personalAddressOf(input),
    });
  }

  @Mutation(() => CartPayload, { description: 'Takes the address and its taxes away' })
  removeShippingAddress(
    @Ctx() context: RequestContext,
    @Arg('input', () => RemoveShippingAddressInput, { description: 'The cart' })
    input: RemoveShippingAddressInput,
  ): Promise<CartPayload> {
    return change(context, input, { type: 'RemoveShippingAddress', ...cartOf(input) });
  }

  @Mutation(() => CartPayload, {
    description: 'Says how the cart goes. It needs to be known where to',
  })
  chooseShippingMethod(
    @Ctx() context: RequestContext,
    @Arg('input', () => ChooseShippingMethodInput, { description: 'The cart, and the method' })
    input: ChooseShippingMethodInput,
  ): Promise<CartPayload> {
    const code = couponCodeOf(input.code);
    return change(context, input, { type: 'ChooseShippingMethod', ...cartOf(input), code });
  }

  @Mutation(() => CartPayload, { description: 'Takes the shipping method away' })
  removeShippingMethod(
    @Ctx() context: RequestContext,
    @Arg('input', () => RemoveShippingMethodInput, { description: 'The cart' })
    input: RemoveShippingMethodInput,
  ): Promise<CartPayload> {
    return change(context, input, { type: 'RemoveShippingMethod', ...cartOf(input) });
  }

  @Mutation(() => CartPayload, { description: 'Adds a note that goes with the goods' })
  setGiftNote(
    @Ctx() context: RequestContext,
    @Arg('input', () => SetGiftNoteInput, { description: 'The note' }) input: SetGiftNoteInput,
  ): Promise<CartPayload> {
    const personal = { email: emailOf(input.email), note: giftNoteOf(input.note) };
    return change(context, input, { type: 'SetGiftNote', ...cartOf(input), personal });
  }

  @Mutation(() => CartPayload, { description: 'Takes the gift note away' })
  removeGiftNote(
    @Ctx() context: RequestContext,
    @Arg('input', () => RemoveGiftNoteInput, { description: 'The cart' })
    input: RemoveGiftNoteInput,
  ): Promise<CartPayload> {
    return change(context, input, { type: 'RemoveGiftNote', ...cartOf(input) });
  }
}

function cartOf({ cartId }: CartCommandInput) {
  return { cartId: uuidOf(cartId, 'cartId') };
}
