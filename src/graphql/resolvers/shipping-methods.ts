// Shipping methods: what a cart can choose, the list of all for staff, and an administrator's
// mutations.
import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import {
  methodsFor,
  type ShippingMethod,
  type ShippingMethodsState,
} from '../../domain/shipping/state.js';
import { demand } from '../access.js';
import { counted } from '../command-count.js';
import { commandContext, definingContext, type RequestContext } from '../context.js';
import { priceOf } from '../coupon-terms.js';
import {
  amountOf,
  countryOf,
  couponCodeOf,
  currencyOf,
  taxCategoryOf,
  textOf,
} from '../input-rules.js';
import type { CommandOutcome } from '../services.js';
import { money } from '../types/money.js';
import {
  DefineShippingMethodInput,
  ShippingMethodPayload,
  ShippingMethodType,
  type ShippingPriceInput,
  WithdrawShippingMethodInput,
} from '../types/shipping-types.js';

@Resolver()
export class ShippingMethods {
  @Query(() => [ShippingMethodType], {
    description: 'What a cart in a currency can choose to go to a country, with that price alone',
  })
  async shippingMethods(
    @Ctx() context: RequestContext,
    @Arg('country', () => String, { description: 'ISO 3166-1, two letters' }) country: string,
    @Arg('currency', () => String, { description: 'ISO 4217' }) currency: string,
  ): Promise<readonly ShippingMethodType[]> {
    demand(context, 'products:read');
    const [to, asked] = [countryOf(country), currencyOf(currency)];
    const methods = methodsFor(await context.services.shipping.all(), to, asked);
    return methods.map((method) =>
      shownMethod(
        { ...method, prices: method.prices.filter((one) => one.currency === asked) },
        null,
      ),
    );
  }

  @Query(() => [ShippingMethodType], {
    description: 'All shipping methods, withdrawn ones too. For support and admins',
  })
  async allShippingMethods(@Ctx() context: RequestContext): Promise<readonly ShippingMethodType[]> {
    demand(context, 'shipping:read');
    return (await context.services.shipping.all()).methods.map((one) => shownMethod(one));
  }

  @Mutation(() => ShippingMethodPayload, {
    description: 'Offers a shipping method, or changes its terms. Carts keep those that they chose',
  })
  defineShippingMethod(
    @Ctx() context: RequestContext,
    @Arg('input', () => DefineShippingMethodInput, { description: 'The method with its terms' })
    input: DefineShippingMethodInput,
  ): Promise<ShippingMethodPayload> {
    demand(context, 'shipping:change');
    const method = {
      code: couponCodeOf(input.code),
      name: textOf(input.name, 'name', 100),
      countries: input.countries?.map(countryOf) ?? null,
      taxCategory: taxCategoryOf(input.taxCategory ?? 'standard'),
      prices: input.prices.map(shippingPriceOf),
    };
    const defining = context.services.shipping.define(method, definingContext(context, input));
    return offered(context, 'defineShippingMethod', method.code, defining);
  }

  @Mutation(() => ShippingMethodPayload, {
    description: 'Withdraws a shipping method. A checkout of a cart that chose it is refused',
  })
  withdrawShippingMethod(
    @Ctx() context: RequestContext,
    @Arg('input', () => WithdrawShippingMethodInput, { description: 'The method' })
    input: WithdrawShippingMethodInput,
  ): Promise<ShippingMethodPayload> {
    demand(context, 'shipping:change');
    const code = couponCodeOf(input.code);
    const withdrawing = context.services.shipping.withdraw(code, commandContext(context, input));
    return offered(context, 'withdrawShippingMethod', code, withdrawing);
  }
}

function shippingPriceOf({ price, freeFrom }: ShippingPriceInput) {
  const from = freeFrom == null ? null : amountOf(freeFrom, 'freeFrom');
  return { ...priceOf(price, 'price'), freeFrom: from };
}

async function offered(
  context: RequestContext,
  command: string,
  code: string,
  running: Promise<CommandOutcome<ShippingMethodsState>>,
): Promise<ShippingMethodPayload> {
  const outcome = await counted(context.services, command, running, (answer) => answer);
  if (!outcome.accepted) return { shippingMethod: null, rejection: outcome.rejection };
  const method = outcome.state.methods.find((one) => one.code === code);
  return { shippingMethod: method === undefined ? null : shownMethod(method), rejection: null };
}

function shownMethod(
  method: ShippingMethod,
  revision: number | null = method.revision,
): ShippingMethodType {
  const { code, name, countries, taxCategory, prices, available } = method;
  return {
    ...{ code, name, countries, taxCategory, withdrawn: !available, revision },
    prices: prices.map(({ minorUnits, currency, freeFrom }) => ({
      price: money(minorUnits, currency),
      freeFrom: freeFrom === null ? null : money(freeFrom, currency),
    })),
  };
}
