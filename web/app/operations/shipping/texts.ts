// The words of the place for shipping methods. A second language is a second file of this shape.
import type { ShippingMethodFieldsFragment } from '../../../../schema/generated/graphql.ts';
import { money } from '../../format.ts';

export const shippingTexts = {
  about: 'How orders reach customers. A cart keeps the price of shipping that it was given.',
  define: 'Define a method',
  defined: 'The shipping method is defined.',
  found: { one: '# method', other: '# methods' },
  noneTitle: 'No shipping methods yet',
  none: 'Without one, nothing is shipped and checkouts ask for no address. An admin defines the first one.',
  everywhere: 'Every country',
  freeFrom: (price: string, freeFrom: string) => `${price}, free from ${freeFrom}`,
  taxed: (category: string) => `taxed as ${category}`,
  isWithdrawn: 'Withdrawn',
  offered: 'Offered',
  edit: 'Edit',
  editOf: (name: string) => `Edit ${name}`,
  editTitle: (name: string) => `Edit ${name}`,
  save: 'Save',
  changedElsewhere:
    'Somebody else has changed this method meanwhile. Saving again puts yours in the place of theirs:',
  offerAgain: 'Offer again',
  offerAgainOf: (name: string) => `Offer again: ${name}`,
  withdraw: 'Withdraw',
  withdrawOf: (name: string) => `Withdraw ${name}`,
  withdrawn: (name: string) => `${name} is withdrawn. Carts that chose it choose again.`,
  code: 'Code',
  codeHint: 'Carts choose it by this. It cannot change later.',
  name: 'Name',
  nameHint: 'Customers read it.',
  countries: 'Countries',
  countriesHint: 'Codes such as GB, IE. Leave it empty for every country.',
  badCountries: (code: string) => `${code} is not the code of a country.`,
  taxCategory: 'Tax category',
  prices: 'Prices',
  priceIn: (place: string) => `Price ${place}`,
  currencyIn: (place: string) => `Currency ${place}`,
  freeIn: (place: string) => `Free from ${place}`,
  freeHint: 'never',
  addPrice: 'A price in another currency',
  removePrice: (place: string) => `Remove price ${place}`,
  badPrices: 'Each price is an amount, in a currency of its own.',
};

export const priceInWords = ({
  price,
  freeFrom,
}: ShippingMethodFieldsFragment['prices'][number]) =>
  freeFrom === null ? money(price) : shippingTexts.freeFrom(money(price), money(freeFrom));
