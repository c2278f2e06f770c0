// The API's money types, built from minor units and a currency code.
import { Directive, Field, ObjectType } from 'type-graphql';
import { decimal, safeAmount } from '../../domain/money.js';
import { amountTooLarge } from '../api-error.js';
import { SafeIntScalar } from '../scalars.js';

// Other subgraphs of a platform may define it too, alike.
@Directive('@shareable')
@ObjectType({
  description: "An exact amount in the currency's minor units (pence, cents, yen).",
  simpleResolvers: true,
})
export class Money {
  @Field(() => SafeIntScalar, {
    description: "In the currency's minor units, such as pence or yen",
  })
  minorUnits!: number;

  @Field(() => String, { description: 'ISO 4217' })
  currency!: string;

  @Field(() => String, {
    description:
      'The same amount as a decimal string in major units: "12.50", "1200" (JPY), "1.250" (KWD)',
  })
  decimal!: string;
}

@ObjectType({
  description: 'A sum over many carts or orders. It is exact at any size.',
  simpleResolvers: true,
})
export class MoneySum {
  @Field(() => SafeIntScalar, {
    nullable: true,
    description: 'Null when the sum does not fit into a SafeInt; use `decimal` then',
  })
  minorUnits!: number | null;

  @Field(() => String, { description: 'ISO 4217' })
  currency!: string;

  @Field(() => String, { description: 'The sum as a decimal string in major units: "12.50"' })
  decimal!: string;
}

class LazyMoney implements Money {
  constructor(
    private readonly exact: number | bigint,
    readonly currency: string,
    private readonly total: string,
  ) {}

  /** @throws ApiError AMOUNT_TOO_LARGE for a sum that does not fit into a SafeInt */
  get minorUnits(): number {
    const amount = safeAmount(this.exact);
    if (amount === null) throw amountTooLarge('minorUnits', this.total);
    return amount;
  }

  /** Formatted only when it is requested. */
  get decimal(): string {
    return decimal(this.exact, this.currency);
  }
}

/** @param total for a sum: the field that shows it at any size */
export function money(minorUnits: number | bigint, currency: string, total = 'decimal'): Money {
  return new LazyMoney(minorUnits, currency, total);
}

export function moneySum(minorUnits: bigint, currency: string): MoneySum {
  return { minorUnits: safeAmount(minorUnits), currency, decimal: decimal(minorUnits, currency) };
}
