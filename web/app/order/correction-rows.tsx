// What corrections took off the total of an order, as rows of its totals.
import { Fragment } from 'react';
import type { OrderPageFieldsFragment } from '../../../schema/generated/graphql.ts';
import { differenceOf } from '../amounts.ts';
import { money } from '../format.ts';
import { texts } from '../texts.ts';

type Corrections = OrderPageFieldsFragment['corrections'];

/** A correction that is forgiven leaves the total as it was agreed. */
export const owedIn = (corrections: Corrections): Corrections =>
  corrections.filter(({ settlement }) => settlement === 'OWED_TO_CUSTOMER');

export function CorrectionRows({ corrections }: { readonly corrections: Corrections }) {
  return owedIn(corrections).map(({ eventId, previousTotal, correctedTotal }) => (
    <Fragment key={eventId}>
      <dt>{texts.order.correction}</dt>
      <dd className="good">−{money(differenceOf(previousTotal, correctedTotal))}</dd>
    </Fragment>
  ));
}
