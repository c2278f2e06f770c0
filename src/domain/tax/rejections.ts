// Every rejection of a command of the tax rules, with its stable code.
import { rejection } from '../rejection.js';

export const badTaxRule = rejection(
  'TAX_RULE_TERMS',
  'A tax rule needs a country of ISO 3166-1, a region of at most 3 letters and digits or none, a ' +
    'category of small letters, digits and hyphens, a name of 1 to 40 characters, and 0 to 100 %.',
);

export const taxRuleNotFound = rejection('NOT_FOUND', 'There is no such tax rule.');

export const taxRuleLimit = (maximum: number) =>
  rejection('TAX_RULE_LIMIT', `A country has at most ${maximum} tax rules, in all times.`);
