// Inputs of a shopper's commands about where a cart goes. input-rules.ts validates the values.
import { Field, InputType } from 'type-graphql';
import { CartCommandInput } from './command-inputs.js';

const emailText =
  'The e-mail address of the person that it is about. It decides which key encrypts it, so that ' +
  'an erasure finds it';

@InputType({ description: 'Where to bring the goods' })
export class PostalAddressInput {
  @Field(() => String, { description: 'Who it goes to' })
  name!: string;

  @Field(() => [String], { description: 'Street, house, and what else is needed: 1 to 4 lines' })
  lines!: string[];

  @Field(() => String, { description: 'The town' })
  city!: string;

  @Field(() => String, { nullable: true, description: 'Where the country has postal codes' })
  postalCode?: string | null;

  @Field(() => String, { nullable: true, description: 'For the carrier' })
  phone?: string | null;
}

@InputType({ description: 'A country, and a region where taxes depend on it' })
export class PlaceInput {
  @Field(() => String, { description: 'ISO 3166-1, two letters' })
  country!: string;

  @Field(() => String, {
    nullable: true,
    description: 'ISO 3166-2 without the country, such as CA',
  })
  region?: string | null;
}

@InputType({ description: 'The address may follow later; taxes need no more than the place' })
export class SetShippingAddressInput extends CartCommandInput {
  @Field(() => PlaceInput, { description: 'Where it is' })
  place!: PlaceInput;

  @Field(() => PostalAddressInput, {
    nullable: true,
    description: 'If omitted, the cart has no address any more, only the place',
  })
  address?: PostalAddressInput | null;

  @Field(() => String, { nullable: true, description: `With an address. ${emailText}` })
  email?: string | null;
}

@InputType({ description: 'Takes the address and the taxes of its place away' })
export class RemoveShippingAddressInput extends CartCommandInput {}

@InputType({ description: 'Its terms of now are stored with the cart' })
export class ChooseShippingMethodInput extends CartCommandInput {
  @Field(() => String, { description: 'The code of a shipping method' })
  code!: string;
}

@InputType({ description: 'Takes the shipping method away' })
export class RemoveShippingMethodInput extends CartCommandInput {}

@InputType({ description: 'Replaces the note before' })
export class SetGiftNoteInput extends CartCommandInput {
  @Field(() => String, { description: 'At most 500 characters, in one line' })
  note!: string;

  @Field(() => String, { description: emailText })
  email!: string;
}

@InputType({ description: 'Takes the gift note away' })
export class RemoveGiftNoteInput extends CartCommandInput {}
