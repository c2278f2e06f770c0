// Money as the API shows it, built from minor units and a currency code.
import { Field, ObjectType } from 'type-graphql';
import { decimal } from '../../domain/money.js';
import { SafeIntScalar } from '../scalars.js';

@ObjectType({
  description: "An exact amount in the currency's minor units (pence, cents, yen).",
  simpleResolvers: true,
})
export class Money {
  @Field(() => SafeIntScalar)
  minorUnits!: number;

  @Field(() => String, { description: 'ISO 4217' })
  currency!: string;

  @Field(() => String, {
    description:
      'The same amount as a decimal string in major units: "12.50", "1200" (JPY), "1.250" (KWD)',
  })
  decimal!: string;
}

class LazyMoney implements Money {
  constructor(
    readonly minorUnits: number,
    readonly currency: string,
  ) {}

  /** Text is made only for the amounts that the caller asked to read. */
  get decimal(): string {
    return decimal(this.minorUnits, this.currency);
  }
}

export function money(minorUnits: number, currency: string): Money {
  return new LazyMoney(minorUnits, currency);
}
