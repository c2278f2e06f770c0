// Shipping and taxes as rows of totals: those that come on top, and those that prices include.
import type { CartFieldsFragment } from '../../../schema/generated/graphql.ts';
import { money, number } from '../format.ts';
import { texts } from '../texts.ts';

type Charged = Pick<CartFieldsFragment['totals'], 'shipping' | 'taxes'>;
type Tax = Charged['taxes'][number];

const words = texts.cart;

/** For example `VAT 20 %`. */
const nameOf = ({ name, ratePartsPerMillion }: Tax) =>
  words.tax(name, number(ratePartsPerMillion / 10_000));

/** Above the total. */
export function AddedRows({ shipping, taxes }: Charged) {
  return (
    <>
      {shipping.minorUnits > 0 && (
        <>
          <dt>{words.shipping}</dt>
          <dd>{money(shipping)}</dd>
        </>
      )}
      {taxes
        .filter(({ included }) => !included)
        .map((tax) => (
          <TaxRow key={tax.category} name={nameOf(tax)} tax={tax} />
        ))}
    </>
  );
}

/** Below the total. */
export function IncludedRows({ taxes }: Pick<Charged, 'taxes'>) {
  return taxes
    .filter(({ included, amount }) => included && amount.minorUnits > 0)
    .map((tax) => <TaxRow key={tax.category} name={words.included(nameOf(tax))} tax={tax} />);
}

function TaxRow({ name, tax }: { readonly name: string; readonly tax: Tax }) {
  return (
    <>
      <dt className="soft">{name}</dt>
      <dd className="soft">{money(tax.amount)}</dd>
    </>
  );
}
