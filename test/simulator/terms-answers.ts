// What an instance answers to changes of tax rules and shipping methods, and to what a shopper says
// of where a cart goes: by the resolvers of the API.
import type { RequestContext } from '../../src/graphql/context.js';
import { CartDeliveries } from '../../src/graphql/resolvers/cart-delivery.js';
import { ShippingMethods } from '../../src/graphql/resolvers/shipping-methods.js';
import { TaxAdmin } from '../../src/graphql/resolvers/tax-admin.js';
import type { CartPayload } from '../../src/graphql/types/payloads.js';
import type { RejectionType } from '../../src/graphql/types/rejections.js';
import { shippingTerms } from './catalogue-input.js';
import type { CartChangeAsked } from './history.js';
import type { TermsChangeAsked } from './staff-changes.js';

type Named<Asked, Type> = Extract<Asked, { readonly type: Type }>;
type GoingAsked =
  Named<CartChangeAsked, 'SetShippingAddress'> | Named<CartChangeAsked, 'ChooseShippingMethod'>;

const taxAdmin = new TaxAdmin();
const shippingMethods = new ShippingMethods();
const deliveries = new CartDeliveries();

/** What an order is sent to; nobody looks at it. */
const address = { name: 'Gift Giver', lines: ['1 High Street'], city: 'Town' };

export function changedTerms(
  context: RequestContext,
  change: TermsChangeAsked,
  key: { readonly commandId?: string },
): Promise<{ readonly rejection: RejectionType | null }> {
  switch (change.type) {
    case 'DefineTaxRule': {
      const { partsPerMillion: ratePartsPerMillion, ...rule } = change.rule;
      return taxAdmin.defineTaxRule(context, { ...rule, name: 'VAT', ratePartsPerMillion, ...key });
    }
    case 'WithdrawTaxRule':
      return taxAdmin.withdrawTaxRule(context, { ...change.rule, ...key });
    case 'DefineShippingMethod': {
      const { prices, countries, ...terms } = shippingTerms(change);
      const input = {
        ...{ code: change.code, ...terms, countries: countries && [...countries] },
        prices: prices.map(({ freeFrom, ...price }) => ({ price, freeFrom })),
      };
      return shippingMethods.defineShippingMethod(context, { ...input, ...key });
    }
    case 'WithdrawShippingMethod':
      return shippingMethods.withdrawShippingMethod(context, { code: change.code, ...key });
  }
}

export function sentElsewhere(
  context: RequestContext,
  change: GoingAsked,
  input: { readonly cartId: string; readonly commandId?: string },
): Promise<CartPayload> {
  if (change.type === 'ChooseShippingMethod') {
    return deliveries.chooseShippingMethod(context, { ...input, code: change.code });
  }
  const { country, region } = change;
  const personal = { address, email: 'shopper@example.com' };
  return deliveries.setShippingAddress(context, {
    ...input,
    place: { country, region },
    ...personal,
  });
}
