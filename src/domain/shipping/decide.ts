// Decides the commands of the shipping methods.
import { isCountry } from '../countries.js';
import { isCurrency } from '../currencies.js';
import { accept, type Decider, type Decision, reject } from '../decider.js';
import type { Rejection } from '../rejection.js';
import { taxCategoryFault } from '../tax/rule.js';
import { textFault } from '../text.js';
import type { DefineShippingMethod, ShippingCommand } from './commands.js';
import type { ShippingEvent } from './events.js';
import { badShippingTerms, shippingMethodLimit, shippingMethodNotDefined } from './rejections.js';
import { evolve, initialShippingMethods, type ShippingMethodsState } from './state.js';
import type { ShippingPrice, ShippingTerms } from './terms.js';

type ShippingDecision = Decision<ShippingEvent, Rejection>;

export type ShippingDecider = Decider<
  ShippingMethodsState,
  ShippingCommand,
  ShippingEvent,
  Rejection
>;

export const MAX_METHODS = 100;
const MAX_NAME_LENGTH = 100;
const MAX_PRICES = 50;

export const shippingDecider: ShippingDecider = {
  category: 'shipping',
  initial: initialShippingMethods,
  evolve,
  decide: (command, state) =>
    command.type === 'DefineShippingMethod' ? define(command, state) : withdraw(command, state),
};

function define(command: DefineShippingMethod, state: ShippingMethodsState): ShippingDecision {
  const { code, name, countries, taxCategory, prices } = command;
  if (!isShippingCode(code) || !isValid(command)) return reject(badShippingTerms);
  const known = state.methods.find((method) => method.code === code);
  if (known === undefined && state.methods.length >= MAX_METHODS) {
    return reject(shippingMethodLimit(MAX_METHODS));
  }
  const data = { code, name, countries, taxCategory, prices };
  if (known?.available === true && saysOf(known) === saysOf(data)) return accept();
  return accept({ type: 'ShippingMethodDefined', data });
}

function withdraw({ code }: { readonly code: string }, state: ShippingMethodsState) {
  const isOffered = state.methods.some((method) => method.available && method.code === code);
  if (!isOffered) return reject(shippingMethodNotDefined);
  return accept<ShippingEvent>({ type: 'ShippingMethodWithdrawn', data: { code } });
}

/** The terms as text, whatever the order of the objects' properties. */
function saysOf({ name, countries, taxCategory, prices }: ShippingTerms): string {
  const priced = prices.map(({ currency, minorUnits, freeFrom }) => [
    currency,
    minorUnits,
    freeFrom,
  ]);
  return JSON.stringify([name, countries, taxCategory, priced]);
}

export function isShippingCode(code: string): boolean {
  return /^[A-Z0-9_-]{1,40}$/.test(code);
}

function isValid({ name, countries, taxCategory, prices }: ShippingTerms): boolean {
  return (
    name.trim() !== '' &&
    name.length <= MAX_NAME_LENGTH &&
    textFault(name) === undefined &&
    taxCategoryFault(taxCategory) === undefined &&
    (countries === null || (isOnce(countries) && countries.every(isCountry))) &&
    prices.length <= MAX_PRICES &&
    isOnce(prices.map(({ currency }) => currency)) &&
    prices.every(isPrice)
  );
}

/** At least one, and none twice. */
function isOnce(names: readonly string[]): boolean {
  return names.length > 0 && new Set(names).size === names.length;
}

function isPrice({ currency, minorUnits, freeFrom }: ShippingPrice): boolean {
  const isAmount = (amount: number) => Number.isSafeInteger(amount) && amount >= 0;
  return isCurrency(currency) && isAmount(minorUnits) && (freeFrom === null || isAmount(freeFrom));
}
